"""Remarks on a draft, as people write them back: "3: the date is wrong", a line or several, and words about the whole.

A number counts only where the draft had it, so that "10: 30" and a phone number are not taken for one.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_NUMBERED = re.compile(
    r"\s*(?:[-*•>]\s*)?(?:(?:re|on|item|number|point|no\.?|num\.?)\s*)?[\[(#]{0,2}(?P<number>\d{1,3})"
    r"(?:\s*[\])]\s*[:.,\-\u2013\u2014]?|\s*[:\-\u2013\u2014]|[.,])(?!\d)\s*(?P<words>\S.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What somebody would change."""

    number: int | None  # of the item; None where it is about the whole
    text: str


def remarks_in(text: str, numbers: Collection[int]) -> list[Remark]:
    """The remarks in an answer's own words, in their order; lines that follow a numbered one belong to it."""
    return [Remark(number=number, text=" ".join(words)) for number, words in _blocks(text, numbers) if words]


def _blocks(text: str, numbers: Collection[int]) -> Iterator[tuple[int | None, list[str]]]:
    number, words = None, list[str]()
    for line in text.splitlines():
        found = _NUMBERED.match(line)
        if found and int(found["number"]) in numbers:
            yield number, words
            number, words = int(found["number"]), [found["words"].strip()]
        elif line.strip():
            words.append(line.strip())
        else:  # after a blank line somebody speaks of the whole again, or of the next number
            yield number, words
            number, words = None, []
    yield number, words
