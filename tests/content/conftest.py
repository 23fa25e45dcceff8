"""What tests of the content share: a small issue in a scratch workspace, written as its editors write it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

ISSUE = """\
# A comment at the head.
title: Bulletin
preheader: What is in it.
date: 2025-11-07

events:
  - id: visit  # said twice a year
    title: Visit
    date: 2025-11-28
    starts: 10:00

sections:
  # The letter comes first.
  - type: letter
    id: welcome
    text: |
      Hello, and come on <event:visit>.

      - one
    name: 'Ada "A." Invented'

  - type: image
    id: picture
    image:
      file: dot.png
      alt: A dot.
"""

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write_issue(tmp_path: Path) -> Write:
    """Writes `issues/2025-11/issue.yaml` in a scratch workspace that has one body and one picture; returns its path."""
    folder = tmp_path / "issues" / "2025-11"
    (folder / "images").mkdir(parents=True)
    Image.new("RGB", (4, 4), "red").save(folder / "images" / "dot.png")
    (tmp_path / "subscribers").mkdir()
    (tmp_path / "subscribers" / "bodies.toml").write_text(
        '[[body]]\nid = "cqc"\nname = "Care Quality Commission"\nnation = "england"\n'
    )

    def write(text: str | bytes = ISSUE) -> Path:
        path = folder / "issue.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def issue_text() -> str:
    """The small issue."""
    return ISSUE
