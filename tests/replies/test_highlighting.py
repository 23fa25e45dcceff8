"""The deciding words are marked where they stand in the letter, however they are wrapped, and no letter takes long."""

import pytest

from newsletter.replies.highlighting import highlighted

LETTER = "Hello,\n\ncould you add\nme please? Thank you.\n> I said: take me\n> off"


def marked(text: str, *quotes: str) -> list[str]:
    pieces = highlighted(text, quotes)
    assert "".join(piece.text for piece in pieces) == text, "nothing of the letter is lost"
    return [piece.text for piece in pieces if piece.decides]


@pytest.mark.parametrize(
    ("quotes", "found"),
    [
        (["Could you add me please?"], ["could you add\nme please?"]),
        (["take me off"], ["take me\n> off"]),
        (["add me", "me please?"], ["add\nme please?"]),
        (["could you add me please?", "Thank you."], ["could you add\nme please? Thank you."]),
        (["not in it", "", " ", ">", "dd me"], []),
    ],
)
def test_quotations_are_found(quotes: list[str], found: list[str]) -> None:
    assert marked(LETTER, *quotes) == found


def test_a_letter_made_to_be_slow_is_not() -> None:
    """A pattern with more than one way to match would take hours over these."""
    assert marked("> " * 20_000 + "end", "> " * 60 + "x", "a > b > c") == []
    assert marked("a " * 20_000, "a " * 79 + "b") == []
