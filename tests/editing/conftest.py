"""What tests of editing share: a workspace with one small issue."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from small_issue import BODIES, ISSUE

from newsletter.workspace import Workspace


@pytest.fixture
def desk(make_workspace: Callable[..., Workspace]) -> Workspace:
    workspace = make_workspace()
    folder = workspace.issues / "2025-11"
    (folder / "images").mkdir(parents=True)
    (folder / "issue.yaml").write_text(ISSUE)
    (workspace.subscribers / "bodies.toml").write_text(BODIES)
    Image.new("RGB", (40, 40), "#aa5533").save(folder / "images" / "dot.png")
    return workspace


@pytest.fixture
def file(desk: Workspace) -> Path:
    return desk.issues / "2025-11" / "issue.yaml"
