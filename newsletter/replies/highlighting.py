"""Finds the words that decided in a letter as it was written, so that people see them where they stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BETWEEN = r"[\s>]+"  # a quotation is on one line; in the letter its words may be wrapped, and quoted again
_MOST_WORDS = 80


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some of a letter's text."""

    text: str
    decides: bool = False  # these are the words that something was decided by


def highlighted(text: str, quotes: Sequence[str]) -> tuple[Piece, ...]:
    """The whole text in pieces, in its order; a quotation that is not in it changes nothing."""
    spans = sorted(span for quote in quotes for span in _places(text, quote))
    return tuple(_pieces(text, _joined(text, spans)))


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in spans:
        if at < start:
            yield Piece(text=text[at:start])
        yield Piece(text=text[start:end], decides=True)
        at = end
    if at < len(text):
        yield Piece(text=text[at:])


def _places(text: str, quote: str) -> Iterator[tuple[int, int]]:
    # Without marks of quotation at its ends no word begins with what may stand between two: there is one way to match.
    words = [word for word in (word.strip(">") for word in quote.split()) if word][:_MOST_WORDS]
    if words:
        pattern = _BETWEEN.join(map(re.escape, words))
        yield from (found.span() for found in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE))


def _joined(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without overlaps, since two rules often see the same words; sentences in a row are one piece."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start] in (" ", "\n")):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
