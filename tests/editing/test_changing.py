"""A part gets new words: the file keeps everything else, a clash shows both texts, and no words are ever lost."""

import threading
from pathlib import Path

import pytest
from small_issue import ANN, BEN, HEAD, ISSUE, NEWS, WELCOME

from newsletter.content.yaml_file import read_yaml
from newsletter.errors import ConflictError, InputError
from newsletter.services.editing.changing import Clash, OpenPart, Saved, open_part, problems_of, save_part
from newsletter.services.editing.keeping import forget, kept
from newsletter.services.editing.parts import Editor, PartRef
from newsletter.workspace import Workspace

LETTER = PartRef(kind="sections", type="text")


def opened(desk: Workspace, ref: PartRef = WELCOME, editor: Editor = ANN) -> OpenPart:
    return open_part(desk, "2025-11", ref, editor)


def save(desk: Workspace, part: OpenPart, editor: Editor = ANN, after: str = "", **words: str) -> Saved | Clash:
    changed = part.words | {name.replace("__", "."): [text] for name, text in words.items()}
    return save_part(desk, "2025-11", part.ref, changed, base=part.base, editor=editor, after=after)


def test_only_the_words_that_changed_are_changed(desk: Workspace, file: Path) -> None:
    assert isinstance(save(desk, opened(desk), text="Hello to everybody.\r\n\r\nGoodbye."), Saved)
    assert file.read_text() == ISSUE.replace("      Hello to all.\n", "      Hello to everybody.\n\n      Goodbye.\n")
    assert isinstance(save(desk, opened(desk, HEAD), subject="News: and more"), Saved)
    assert "subject: 'News: and more'\n" in file.read_text()


def test_the_head_is_told_in_another_language_and_that_is_a_change_of_it(desk: Workspace) -> None:
    mine, theirs = opened(desk, HEAD), opened(desk, HEAD)
    assert isinstance(save(desk, mine, translations__cy__title="Bwletin"), Saved)
    assert opened(desk, HEAD).words["translations.cy.title"] == ["Bwletin"]
    assert desk.load_issue("2025-11").in_language("cy").subject_line == "Bwletin"
    assert isinstance(save(desk, theirs, BEN, title="Other"), Clash)


def test_a_second_save_goes_on_from_the_first(desk: Workspace, file: Path) -> None:
    part = opened(desk)
    first = save(desk, part, text="One.")
    assert isinstance(first, Saved)
    again = OpenPart(ref=part.ref, words=part.words, base=first.base)
    assert isinstance(save(desk, again, text="Two."), Saved)
    assert "      Two.\n" in file.read_text()


def test_two_people_on_two_sections_do_not_meet(desk: Workspace, file: Path) -> None:
    mine, theirs = opened(desk), opened(desk, NEWS, BEN)
    assert isinstance(save(desk, theirs, BEN, heading="Short news"), Saved)
    assert isinstance(save(desk, mine, text="Hello."), Saved)
    assert 'heading: "Short news"' in file.read_text()
    assert "      Hello.\n" in file.read_text()


def test_two_people_on_one_section_get_both_texts_and_nothing_is_written(desk: Workspace, file: Path) -> None:
    mine, theirs = opened(desk), opened(desk, WELCOME, BEN)
    save(desk, theirs, BEN, text="Hello from Ben.")
    before = file.read_text()
    clash = save(desk, mine, text="Hello from Ann.")
    assert isinstance(clash, Clash)
    assert (clash.theirs["text"], clash.mine["text"]) == (["Hello from Ben."], ["Hello from Ann."])
    assert clash.by == "Ben Example"
    assert [(piece.fate, piece.text) for piece in clash.changes[0].pieces] == [
        ("same", "Hello from "),
        ("gone", "Ben."),
        ("new", "Ann."),
    ]
    assert file.read_text() == before
    assert opened(desk).words["text"] == ["Hello from Ann."]

    over = OpenPart(ref=WELCOME, words=clash.mine, base=clash.base)
    assert isinstance(save(desk, over), Saved)
    assert "      Hello from Ann.\n" in file.read_text()
    assert not opened(desk).is_unsaved


def test_an_editor_on_disk_is_a_colleague_like_any_other(desk: Workspace, file: Path) -> None:
    mine = opened(desk)
    file.write_text(ISSUE.replace("Hello to all.", "Hello by hand."))
    clash = save(desk, mine, text="Hello.")
    assert isinstance(clash, Clash)
    assert (clash.theirs["text"], clash.by) == (["Hello by hand."], "")
    file.write_text(ISSUE.replace("The first one.", "The very first one."))
    assert isinstance(save(desk, mine, text="Hello."), Saved)
    assert "The very first one." in file.read_text()


def test_the_same_words_saved_twice_are_no_clash(desk: Workspace) -> None:
    part = opened(desk)
    assert isinstance(save(desk, part, text="Hello."), Saved)
    assert isinstance(save(desk, part, text="Hello."), Saved)


def test_what_cannot_be_saved_is_kept_for_whoever_typed_it(desk: Workspace, file: Path) -> None:
    part = opened(desk)
    with pytest.raises(InputError) as caught:
        save(desk, part, text="<b>Hello</b>", name="")
    fields, elsewhere = problems_of(caught.value, WELCOME)
    assert set(fields) == {"text", "name"}
    assert elsewhere == []
    assert file.read_text() == ISSUE
    left = opened(desk)
    assert (left.words["text"], left.words["name"], left.is_unsaved, left.base) == (
        ["<b>Hello</b>"],
        [""],
        True,
        part.base,
    )
    assert not opened(desk, WELCOME, BEN).is_unsaved
    forget(desk, "2025-11", WELCOME, ANN)
    assert kept(desk, "2025-11", WELCOME, ANN) is None
    assert opened(desk).words["text"] == ["Hello to all."]


def test_a_broken_file_is_told_and_keeps_the_words(desk: Workspace, file: Path) -> None:
    part = opened(desk)
    file.write_text(ISSUE.replace("title: A bulletin", "title: [A bulletin"))
    with pytest.raises(InputError):
        save(desk, part, text="Hello.")
    file.write_text(ISSUE)
    assert opened(desk).words["text"] == ["Hello."]


def test_a_fault_elsewhere_in_the_file_is_not_laid_on_a_field_of_this_form(desk: Workspace, file: Path) -> None:
    part = opened(desk)
    file.write_text(ISSUE.replace("bodies: [imb]", "bodies: [bmi]"))
    with pytest.raises(InputError) as caught:
        save(desk, part, text="Hello.")
    fields, elsewhere = problems_of(caught.value, WELCOME)
    assert fields == {}
    assert "'bmi'" in elsewhere[0]
    assert "section 'news'" in elsewhere[0]


def test_a_section_that_was_taken_out_is_told_and_the_words_are_kept(desk: Workspace, file: Path) -> None:
    part = opened(desk)
    file.write_text(ISSUE.replace("id: welcome", "id: other"))
    with pytest.raises(ConflictError, match="not in the issue any more"):
        save(desk, part, text="Hello.")
    assert kept(desk, "2025-11", WELCOME, ANN) is not None


def test_a_new_section_goes_where_it_was_asked_for(desk: Workspace, file: Path) -> None:
    part = opened(desk, LETTER)
    with pytest.raises(InputError) as caught:
        save(desk, part, after="welcome", heading="Thanks")
    assert set(problems_of(caught.value, LETTER)[0]) == {"text"}
    assert opened(desk, LETTER).words["heading"] == ["Thanks"]
    saved = save(desk, opened(desk, LETTER), after="welcome", text="To all.")
    assert isinstance(saved, Saved)
    assert saved.ref == PartRef(kind="sections", id="text")
    assert [section["id"] for section in read_yaml(file).data["sections"]] == ["welcome", "text", "news", "picture"]
    assert not opened(desk, LETTER).is_unsaved
    assert isinstance(save(desk, OpenPart(ref=saved.ref, words=opened(desk, saved.ref).words, base=saved.base)), Saved)


def test_a_new_event_and_a_new_item(desk: Workspace, file: Path) -> None:
    save(desk, opened(desk, PartRef(kind="events")), title="The drop-in", date="2025-12-01", starts="9:30")
    assert read_yaml(file).data["events"][1]["id"] == "event"
    save(desk, opened(desk, NEWS), items__2__text="The third one.", items__2__bodies="imb")
    items = read_yaml(file).data["sections"][1]["items"]
    assert [item["id"] for item in items] == ["first", "second", "news-1"]
    assert items[0]["translations"]["cy"]["text"] == "Yr un cyntaf."


def test_many_savers_at_once_lose_nothing(desk: Workspace, file: Path) -> None:
    parts = [opened(desk), opened(desk, NEWS), opened(desk, HEAD)]
    words = [{"text": "Hello."}, {"items__1__text": "Changed."}, {"title": "Another title"}]
    results: list[Saved | Clash] = []
    threads = [
        threading.Thread(target=lambda part=part, new=new: results.append(save(desk, part, **new)))
        for part, new in zip(parts, words, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(result, Saved) for result in results)
    text = file.read_text()
    assert all(word in text for word in ("Hello.", "Changed.", "Another title"))


def test_ids_from_a_form_lead_nowhere_else(desk: Workspace) -> None:
    with pytest.raises(InputError):
        open_part(desk, "../2025-11", WELCOME, ANN)
    with pytest.raises(ConflictError):
        opened(desk, PartRef(kind="sections", id="../../etc"))
    with pytest.raises(InputError, match="no section type"):
        opened(desk, PartRef(kind="sections", type="script"))
