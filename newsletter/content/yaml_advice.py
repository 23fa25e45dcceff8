"""What to do about broken YAML, for people who never heard of it: the first rule that fits the place says it.

A parser tells where it could not go on. What is wrong often stands in the line before, or where a quotation mark opens.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError

_ODD_SPACE = re.compile(
    r"^[ -]*[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]|^[^'\"#]*?:[\u00a0\u2000-\u200b\u202f\u3000]"
)
_ODD_DASH = re.compile(r"^\s*[\u2010-\u2015\u2212]")
_TIGHT_DASH = re.compile(r"^\s*-[^\s-][^:]*:")
_ODD_COLON = re.compile(r"^\s*(- )?\w+\uff1a")
_OPENS = re.compile(r"^\s*(?:- )?(?:[\w-]+: +)?([\"'])")
_BRACKET = re.compile(r"^\s*(?:- )?(?:[\w-]+: +)?[\[{]")
_SPLITS = re.compile(r": .*?: ")
_UNEVEN = "this line is not indented like its neighbours; begin it below them"


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where the parser stopped."""

    problem: str  # its own words
    context: str
    line: int  # from 0
    began: int  # where what it was reading began
    lines: Sequence[str]

    def near(self, pattern: re.Pattern[str]) -> int | None:
        """The line that a pattern fits, of the one before and this one."""
        return next((number for number in (self.line - 1, self.line) if pattern.search(self.text(number))), None)

    def text(self, number: int) -> str:
        return self.lines[number] if 0 <= number < len(self.lines) else ""


_Rule = Callable[[_Place], tuple[int, str] | None]


def advice(error: MarkedYAMLError, text: str) -> tuple[int | None, str]:
    """Line, 1 for the first, and a sentence with the remedy."""
    mark, began = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    if mark is None or began is None:
        return None, _plain(str(error.problem or ""))
    place = _Place(
        problem=str(error.problem or ""),
        context=str(error.context or ""),
        line=mark.line,
        began=began.line,
        lines=text.split("\n"),
    )
    found = next((found for rule in _RULES if (found := rule(place))), (place.line, _plain(place.problem)))
    return found[0] + 1, found[1]


def _looking(pattern: re.Pattern[str], sentence: str) -> _Rule:
    """A rule that looks at the line and the one before it."""

    def rule(place: _Place) -> tuple[int, str] | None:
        number = place.near(pattern)
        return None if number is None else (number, sentence)

    return rule


def _saying(words: str, sentence: str, *, at_began: bool = False) -> _Rule:
    """A rule that goes by the parser's own words."""

    def rule(place: _Place) -> tuple[int, str] | None:
        told = f"{place.context} {place.problem}"
        return (place.began if at_began else place.line, sentence) if re.search(words, told) else None

    return rule


def _open_quote(place: _Place) -> tuple[int, str] | None:
    """A value that opens with a quotation mark and does not end with one swallows the lines below it."""
    for number in range(place.line, max(place.line - 30, -1), -1):
        line = place.text(number).rstrip()
        opened = _OPENS.match(line)
        if opened and line.count(opened[1]) % 2:
            return number, "a quotation mark opens here and is not closed on this line; close it, or take it out"
    return None


def _after_quote(place: _Place) -> tuple[int, str] | None:
    opened = _OPENS.match(place.text(place.line))
    return (place.line, "words follow the closing quotation mark; put the whole value in quotes") if opened else None


def _after_bracket(place: _Place) -> tuple[int, str] | None:
    opened = _BRACKET.match(place.text(place.line))
    return (place.line, "a value that begins with [ or { must stand in quotes as a whole") if opened else None


def _colon(place: _Place) -> tuple[int, str] | None:
    if "mapping values are not allowed" not in place.problem:
        return None
    if _SPLITS.search(place.text(place.line)):
        return place.line, "a colon followed by a space splits this line; put the whole value in quotes"
    return place.line, _UNEVEN


def _plain(problem: str) -> str:
    words = re.sub(r"\s+", " ", problem.split("\n")[0])[:120].rstrip(".")
    return f"this is not valid YAML: {words}; look at the indentation and the quotes around here"


_RULES: tuple[_Rule, ...] = (
    _saying(r"\\t|\t", "there is a tab here; YAML wants spaces, two for each step"),
    _looking(
        _ODD_SPACE, "a space here is no ordinary one, as web pages and Word have them; delete it and type a space"
    ),
    _looking(_ODD_DASH, "a list entry begins with a hyphen and a space, and this is another dash; type - and a space"),
    _looking(_TIGHT_DASH, "a list entry begins with a hyphen and a space; put a space after the -"),
    _looking(_ODD_COLON, "this is not an ordinary colon; type : and a space"),
    _saying("unknown escape", "a backslash in double quotes has a meaning of its own; use single quotes"),
    _saying(
        "quoted scalar", "a quotation mark opens here and is never closed; close it, or take it out", at_began=True
    ),
    _open_quote,
    _colon,
    _saying("cannot start any token", "a value can't begin with this character; put the whole value in quotes"),
    _saying("a comment or a line break", "after | or > the text begins on the next line, two spaces further in"),
    _saying("expected ':'", "a name without a colon and a space after it; write it as title: words", at_began=True),
    _saying("sequence entries|mapping keys", "a value can't begin with - or ?; put the whole value in quotes"),
    _saying("another document", "--- begins a second file; take this line and what follows out"),
    _after_quote,
    _after_bracket,
    _saying("found '<block mapping start>'", _UNEVEN),
)
