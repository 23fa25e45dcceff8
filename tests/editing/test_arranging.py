"""Sections are moved, copied, hidden and taken out, each by one save that history tells."""

from pathlib import Path

import pytest
from small_issue import ANN, ISSUE, NEWS, WELCOME

from newsletter.content.issue import load_issue
from newsletter.content.yaml_file import read_yaml
from newsletter.errors import ConflictError, InputError
from newsletter.rendering import render
from newsletter.services.editing.arranging import arrange, place
from newsletter.services.editing.history import snapshots
from newsletter.services.editing.parts import PartRef
from newsletter.workspace import Workspace


def ids(file: Path) -> list[str]:
    return [section["id"] for section in read_yaml(file).data["sections"]]


def test_up_and_down_stop_at_the_ends(desk: Workspace, file: Path) -> None:
    arrange(desk, "2025-11", NEWS, "up", editor=ANN)
    assert ids(file) == ["news", "welcome", "picture"]
    assert "    # the Head signs\n    name: Ann Example\n" in file.read_text()
    arrange(desk, "2025-11", NEWS, "up", editor=ANN)
    assert ids(file) == ["news", "welcome", "picture"]
    for _ in range(3):
        arrange(desk, "2025-11", NEWS, "down", editor=ANN)
    assert ids(file) == ["welcome", "picture", "news"]
    assert [snapshot.why for snapshot in snapshots(desk, "2025-11")][:2] == ["moved", "moved"]


def test_a_section_is_put_behind_another(desk: Workspace, file: Path) -> None:
    place(desk, "2025-11", WELCOME, "picture", editor=ANN)
    assert ids(file) == ["news", "picture", "welcome"]
    place(desk, "2025-11", WELCOME, "", editor=ANN)
    assert ids(file) == ["welcome", "news", "picture"]


def test_a_copy_stands_behind_its_model_with_ids_of_its_own(desk: Workspace, file: Path) -> None:
    twin = arrange(desk, "2025-11", NEWS, "copy", editor=ANN)
    assert twin == PartRef(kind="sections", id="news-2")
    assert ids(file) == ["welcome", "news", "news-2", "picture"]
    items = read_yaml(file).data["sections"][2]["items"]
    assert [item["id"] for item in items] == ["first-2", "second-2"]
    assert items[0]["translations"]["cy"]["text"] == "Yr un cyntaf."


def test_a_hidden_section_is_kept_and_shown_to_nobody(desk: Workspace, file: Path) -> None:
    arrange(desk, "2025-11", NEWS, "hide", editor=ANN)
    assert "hidden: true" in file.read_text()
    mail = render(load_issue(file, desk.bodies), desk.theme)
    assert "The first one" not in mail.html + mail.text + mail.web_html
    assert "Hello to all" in mail.html
    arrange(desk, "2025-11", NEWS, "show", editor=ANN)
    assert read_yaml(file).data == read_yaml(file).data
    assert "hidden" not in file.read_text()


def test_something_is_always_left_for_readers(desk: Workspace, file: Path) -> None:
    arrange(desk, "2025-11", NEWS, "hide", editor=ANN)
    arrange(desk, "2025-11", WELCOME, "remove", editor=ANN)
    assert ids(file) == ["news", "picture"]
    for act in ("hide", "remove"):
        with pytest.raises(ConflictError, match="at least one section"):
            arrange(desk, "2025-11", PartRef(kind="sections", id="picture"), act, editor=ANN)


def test_an_event_that_a_section_shows_cannot_be_taken_out(desk: Workspace, file: Path) -> None:
    event = PartRef(kind="events", id="seminar")
    file.write_text(ISSUE.replace("Hello to all.", "Come on <event:seminar>."))
    with pytest.raises(InputError, match="no event 'seminar'"):
        arrange(desk, "2025-11", event, "remove", editor=ANN)
    file.write_text(ISSUE)
    arrange(desk, "2025-11", event, "remove", editor=ANN)
    assert "seminar" not in file.read_text()
