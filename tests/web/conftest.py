"""What tests of the preview share: a small workspace with one issue in two variants, and its preview on loopback."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Queue

import pytest
from PIL import Image

from newsletter.web.preview import serve_preview
from newsletter.workspace import Workspace, load_workspace

TOML = """\
[newsletter]
name = "The Example Bulletin"
organisation = "Example Organisation"
from_address = "bulletin@example.org"
list_id = "bulletin.example.org"
"""
ISSUE = """\
title: The first number
preheader: What is in it.
date: 2025-11-07
events:
  - id: visit
    title: The visit
    date: 2025-11-28
    starts: 10:00
sections:
  - type: letter
    id: welcome
    text: Hello to everybody who reads this.
    name: Ada Invented
  - type: text
    id: north
    heading: Only for the north
    audience: north
    text: Words for the north.
  - type: image
    id: picture
    image: {file: dot.png, alt: A dot on a wall}
  - type: events
    id: events
"""


def write_workspace(root: Path) -> Path:
    """A workspace with the issue 2025-11."""
    (root / "issues" / "2025-11" / "images").mkdir(parents=True)
    (root / "templates").mkdir()
    (root / "newsletter.toml").write_text(TOML)
    (root / "issues" / "2025-11" / "issue.yaml").write_text(ISSUE)
    Image.new("RGB", (800, 400), "#0f4c5c").save(root / "issues" / "2025-11" / "images" / "dot.png")
    return root


@contextmanager
def running(workspace: Workspace) -> Iterator[str]:
    """A preview of 2025-11 that runs; yields where it is."""
    stop, ready = threading.Event(), Queue[str]()
    thread = threading.Thread(target=serve_preview, args=(workspace, "2025-11", 0, ready.put, stop))
    thread.start()
    yield ready.get(timeout=20)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def draft_folder(tmp_path: Path) -> Path:
    """The root of a workspace with the issue 2025-11."""
    return write_workspace(tmp_path / "bulletin")


@pytest.fixture
def issue_file(draft_folder: Path) -> Path:
    return draft_folder / "issues" / "2025-11" / "issue.yaml"


@pytest.fixture
def draft_workspace(draft_folder: Path) -> Workspace:
    return load_workspace(draft_folder, {})


@pytest.fixture
def start_preview() -> Iterator[Callable[[Workspace], str]]:
    """Starts previews, says where they are, and ends them."""
    with ExitStack() as stack:
        yield lambda workspace: stack.enter_context(running(workspace))


@pytest.fixture
def preview_url(start_preview: Callable[[Workspace], str], draft_workspace: Workspace) -> str:
    """Where the preview of the test's own workspace is."""
    return start_preview(draft_workspace)


@pytest.fixture(scope="module")
def still_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a preview is that no test changes."""
    with running(load_workspace(write_workspace(tmp_path_factory.mktemp("still") / "bulletin"), {})) as url:
        yield url
