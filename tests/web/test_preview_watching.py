"""A save is noticed, whichever file it was."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import pytest

from newsletter.web.preview.watching import changes, fingerprint, watched
from newsletter.workspace import Workspace


@contextmanager
def watching(workspace: Workspace) -> Iterator[Queue[Path]]:
    """Yields a queue that gets the text of the issue after each change."""

    def places() -> list[Path]:
        return watched(workspace.root, "2025-11", workspace.theme)

    def follow() -> None:
        for _ in changes(places, seen, stop):
            texts.put((workspace.root / "issues" / "2025-11" / "issue.yaml").read_text())

    stop, texts, seen = threading.Event(), Queue[str](), fingerprint(places())
    thread = threading.Thread(target=follow)
    thread.start()
    yield texts
    stop.set()
    thread.join(5)


@pytest.mark.parametrize(
    "name",
    [
        "issues/2025-11/issue.yaml",
        "issues/2025-11/images/dot.png",
        "issues/2025-11/images/new.png",
        "templates/email/sections/text.mjml.j2",
        "newsletter.toml",
        "subscribers/bodies.toml",
    ],
)
def test_a_save_of_any_file_the_draft_is_made_from_is_noticed(draft_workspace: Workspace, name: str) -> None:
    with watching(draft_workspace) as texts:
        (draft_workspace.root / name).parent.mkdir(parents=True, exist_ok=True)
        (draft_workspace.root / name).write_bytes(b"changed")
        assert texts.get(timeout=5)


@pytest.mark.parametrize("name", ["issues/2025-11/.issue.yaml.swp", "issues/2025-11/issue.yaml~", "issues/other.yaml"])
def test_scratch_files_of_editors_and_other_issues_are_not(draft_workspace: Workspace, name: str) -> None:
    with watching(draft_workspace) as texts:
        (draft_workspace.root / name).write_text("changed")
        with pytest.raises(Empty):
            texts.get(timeout=0.4)


def test_a_deleted_picture_is_a_change(draft_workspace: Workspace) -> None:
    with watching(draft_workspace) as texts:
        (draft_workspace.root / "issues" / "2025-11" / "images" / "dot.png").unlink()
        assert texts.get(timeout=5)


def test_a_file_written_in_pieces_is_read_once_it_is_whole(draft_workspace: Workspace, issue_file: Path) -> None:
    with watching(draft_workspace) as texts:
        with issue_file.open("w") as stream:
            for piece in ("title: ", "in ", "pieces"):
                stream.write(piece)
                stream.flush()
                time.sleep(0.005)
        last = texts.get(timeout=5)
        while not texts.empty():
            last = texts.get()
    assert last == "title: in pieces"


def test_what_changed_before_the_first_look_is_noticed(draft_workspace: Workspace, issue_file: Path) -> None:
    places = watched(draft_workspace.root, "2025-11", draft_workspace.theme)
    seen = fingerprint(places)
    issue_file.write_text("title: saved while something else was busy")
    assert next(changes(lambda: places, seen, threading.Event()), "nothing") is None
