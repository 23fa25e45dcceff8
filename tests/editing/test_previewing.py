"""The preview shows words that nobody saved, writes nothing, and says at which field it can't."""

from pathlib import Path

import pytest
from small_issue import ANN, HEAD, ISSUE, NEWS, WELCOME

from newsletter.errors import ConflictError, InputError
from newsletter.services.editing.changing import open_part, problems_of
from newsletter.services.editing.parts import PartRef
from newsletter.services.editing.previewing import findings, preview, preview_words, shelved
from newsletter.workspace import Workspace


def words(desk: Workspace, ref: PartRef, **changed: str) -> dict[str, list[str]]:
    return open_part(desk, "2025-11", ref, ANN).words | {
        name.replace("__", "."): [text] for name, text in changed.items()
    }


def test_words_that_nobody_saved_are_shown_and_nothing_is_written(desk: Workspace, file: Path) -> None:
    shown = preview_words(desk, "2025-11", WELCOME, words(desk, WELCOME, text="Hello from here."))
    assert "Hello from here." in shown.rendered.html
    assert "Hello from here." in shown.rendered.text
    assert file.read_text() == ISSUE
    assert "Hello to all." in preview(desk, "2025-11").rendered.html
    assert shelved(desk, "2025-11", shown.key) == shown
    assert "Hello to all." in shelved(desk, "2025-11", "gone-since").rendered.html


def test_every_kind_of_part_is_shown_before_it_is_saved(desk: Workspace) -> None:
    assert "Renamed" in preview_words(desk, "2025-11", HEAD, words(desk, HEAD, title="Renamed")).rendered.html
    news = preview_words(desk, "2025-11", NEWS, words(desk, NEWS, items__2__text="A third one."))
    assert "A third one." in news.rendered.html
    event = PartRef(kind="events", id="seminar")
    assert preview_words(desk, "2025-11", event, words(desk, event, title="The big seminar"))
    new = PartRef(kind="sections", type="quote")
    quote = preview_words(desk, "2025-11", new, {"text": ["Words."], "by": ["A Person"]}, after="welcome")
    assert (
        quote.rendered.text.index("Hello to all")
        < quote.rendered.text.index("Words.")
        < quote.rendered.text.index("The first one")
    )


def test_what_can_not_be_shown_is_told_at_its_field(desk: Workspace) -> None:
    with pytest.raises(InputError) as caught:
        preview_words(desk, "2025-11", NEWS, words(desk, NEWS, items__1__text="", items__0__link__url="x"))
    assert set(problems_of(caught.value, NEWS)[0]) == {"items.0.link.url", "items.0.link.text"}
    with pytest.raises(ConflictError):
        preview_words(desk, "2025-11", PartRef(kind="sections", id="gone"), {})


def test_a_save_by_anybody_is_seen(desk: Workspace, file: Path) -> None:
    preview(desk, "2025-11")
    file.write_text(ISSUE.replace("Hello to all.", "Hello by hand, and longer."))
    assert "Hello by hand" in preview(desk, "2025-11").rendered.html


def test_each_version_can_be_asked_for(desk: Workspace, file: Path) -> None:
    file.write_text(ISSUE.replace("    id: picture\n", "    id: picture\n    audience: scotland\n"))
    first = preview(desk, "2025-11")
    assert first.variants == ("en", "en+scotland")
    assert "brown square" not in first.rendered.html
    assert "brown square" in preview(desk, "2025-11", variant="en+scotland").rendered.html


def test_what_is_to_fix_names_its_section_and_field(desk: Workspace, file: Path) -> None:
    file.write_text(ISSUE.replace("The second one.", "Here [add the text]"))
    found = [
        (finding.section, finding.field) for finding in findings(desk, "2025-11") if finding.rule == "placeholders"
    ]
    assert found == [("news", "items.1.text")]
