"""Comparing word by word: what stayed, went and came can be read off, and nothing is lost in between."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.comparing import Piece, compare_issues, compare_words, order_changed
from newsletter.content.yaml_file import parse_yaml

TEXTS = st.text(st.sampled_from("ab c.\n"), max_size=30)


def test_words_are_told_apart() -> None:
    assert compare_words("The seminar is on Monday in Leeds.", "The seminar is on Friday in Leeds.") == (
        Piece(fate="same", text="The seminar is on "),
        Piece(fate="gone", text="Monday "),
        Piece(fate="new", text="Friday "),
        Piece(fate="same", text="in Leeds."),
    )


def test_a_line_broken_elsewhere_is_no_change() -> None:
    assert {piece.fate for piece in compare_words("one two\nthree", "one\ntwo three")} == {"same"}
    assert {piece.fate for piece in compare_words("one two", "one\n\ntwo")} == {"same", "gone", "new"}


@given(old=TEXTS, new=TEXTS)
def test_both_texts_can_be_read_from_the_pieces(old: str, new: str) -> None:
    pieces = compare_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.fate != "gone") == new
    kept = "".join(piece.text for piece in pieces if piece.fate != "new")
    assert kept.split() == old.split()


def issue(*sections: str) -> dict[str, object]:
    return parse_yaml("title: A bulletin\nsections:\n" + "".join(sections), Path("issue.yaml"))


ONE = "  - {type: text, id: one, text: First words}\n"
TWO = "  - {type: news, id: two, items: [{id: a, text: News}, {id: b, text: More}]}\n"


def test_an_issue_is_compared_field_by_field() -> None:
    changed = TWO.replace("{id: a, text: News}, ", "").replace("More", "Much more")
    changes = {(change.part, change.field): change.pieces for change in compare_issues(issue(ONE, TWO), issue(changed))}
    assert set(changes) == {("two", "items.b.text"), ("one", "type"), ("one", "text"), ("two", "items.a.text")}
    assert changes["one", "text"] == (Piece(fate="gone", text="First words"),)


def test_another_order_is_no_change_of_words() -> None:
    assert compare_issues(issue(ONE, TWO), issue(TWO, ONE)) == []
    assert order_changed(issue(ONE, TWO), issue(TWO, ONE))
    assert not order_changed(issue(ONE, TWO), issue(TWO))
