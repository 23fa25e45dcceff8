"""Snapshots: what was there can be seen, compared and brought back, whoever changed it and by what."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from small_issue import ANN, BEN, ISSUE, NEWS, WELCOME

from newsletter.content.yaml_file import read_yaml
from newsletter.errors import ConflictError, InputError
from newsletter.services.editing.arranging import arrange
from newsletter.services.editing.changing import open_part, save_part
from newsletter.services.editing.history import OUTSIDE, compare, restore, snapshots
from newsletter.services.editing.parts import Editor
from newsletter.workspace import Workspace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock that a test sets; it moves on by a second each time it is read."""
    now = [datetime(2025, 11, 3, 9, 1, tzinfo=UTC)]

    def read() -> datetime:
        now[0] += timedelta(seconds=1)
        return now[0]

    monkeypatch.setattr(timezone, "now", read)
    return now


def type_letter(desk: Workspace, text: str, editor: Editor = ANN) -> None:
    part = open_part(desk, "2025-11", WELCOME, editor)
    save_part(desk, "2025-11", WELCOME, part.words | {"text": [text]}, base=part.base, editor=editor)


def told(desk: Workspace) -> list[tuple[str, str]]:
    return [(snapshot.by, snapshot.why) for snapshot in snapshots(desk, "2025-11")]


def test_one_sitting_is_one_snapshot(desk: Workspace, clock: list[datetime]) -> None:
    for text in ("H", "He", "Hello"):
        type_letter(desk, text)
    assert told(desk) == [("Ann Example", ""), ("", OUTSIDE)]
    assert "      Hello\n" in snapshots(desk, "2025-11")[0].text
    type_letter(desk, "Hello Ben", BEN)
    type_letter(desk, "Hello Ann")
    assert told(desk)[:3] == [("Ann Example", ""), ("Ben Example", ""), ("Ann Example", "")]
    clock[0] += timedelta(minutes=10)
    type_letter(desk, "Later")
    assert len(told(desk)) == 5


def test_what_another_program_saved_is_kept_before_it_is_changed(desk: Workspace, file: Path) -> None:
    type_letter(desk, "Hello.")
    file.write_text(file.read_text().replace("A bulletin", "By hand"))
    type_letter(desk, "Goodbye.")
    assert told(desk)[:2] == [("Ann Example", ""), ("", OUTSIDE)]
    assert "By hand" in snapshots(desk, "2025-11")[1].text


def test_comparing_tells_what_became_of_each_field(desk: Workspace) -> None:
    type_letter(desk, "Hello to everybody.")
    arrange(desk, "2025-11", NEWS, "up", editor=ANN)
    first = snapshots(desk, "2025-11")[-1]
    found = compare(desk, "2025-11", first.id)
    assert [(change.part, change.field) for change in found.changes] == [("welcome", "text")]
    assert [piece.text for piece in found.changes[0].pieces if piece.fate != "same"] == ["all.", "everybody."]
    assert found.is_reordered


def test_restoring_brings_back_every_byte_and_can_be_undone(desk: Workspace, file: Path) -> None:
    type_letter(desk, "Hello to everybody.")
    changed = file.read_text()
    first = snapshots(desk, "2025-11")[-1]
    restore(desk, "2025-11", first.id, by="Ben Example", seen=read_yaml(file).digest)
    assert file.read_text() == ISSUE
    assert told(desk)[0] == ("Ben Example", "restored")
    before = next(snapshot for snapshot in snapshots(desk, "2025-11") if snapshot.text == changed)
    restore(desk, "2025-11", before.id, by="Ann Example", seen=read_yaml(file).digest)
    assert file.read_text() == changed


def test_a_restore_that_did_not_see_the_last_save_is_refused(desk: Workspace, file: Path) -> None:
    type_letter(desk, "Hello.")
    seen = read_yaml(file).digest
    type_letter(desk, "Goodbye.", BEN)
    with pytest.raises(ConflictError, match="Compare again"):
        restore(desk, "2025-11", snapshots(desk, "2025-11")[-1].id, by="Ann Example", seen=seen)
    assert "      Goodbye.\n" in file.read_text()


def test_a_state_that_needs_a_picture_which_is_gone_is_not_restored(desk: Workspace, file: Path) -> None:
    type_letter(desk, "Hello.")
    (file.parent / "images" / "dot.png").unlink()
    with pytest.raises(InputError, match="no picture"):
        restore(desk, "2025-11", snapshots(desk, "2025-11")[-1].id, by="Ann", seen=read_yaml(file).digest)
    assert "      Hello.\n" in file.read_text()


def test_a_name_from_an_address_leads_to_snapshots_only(desk: Workspace) -> None:
    for name in ("../../secret", "20251103T090101000000Z"):
        with pytest.raises(InputError, match="no such state"):
            compare(desk, "2025-11", name)


def test_a_file_that_was_broken_by_hand_is_mended_from_its_history(desk: Workspace, file: Path) -> None:
    type_letter(desk, "Hello.")
    worked = file.read_text()
    file.write_text("title: [broken\n")
    last = snapshots(desk, "2025-11")[0]
    found = compare(desk, "2025-11", last.id)
    assert found.is_broken
    restore(desk, "2025-11", last.id, by="Ann Example", seen=found.seen)
    assert file.read_text() == worked
    assert "title: [broken\n" in [snapshot.text for snapshot in snapshots(desk, "2025-11")]
