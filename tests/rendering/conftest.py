"""What tests of rendering share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def draw() -> Callable[..., Path]:
    """Writes a picture of one colour; `mode` and further options as Pillow knows them."""

    def make(path: Path, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new(mode, size, 0).save(path, **options)
        return path

    return make
