"""Each word of a sentence gets its meaning from words/meanings.toml; patterns are then sequences of meanings.

A sentence becomes a string with one letter a word, so that a pattern such as `REMOVE ME` is one small regular
expression. Between two meanings up to three words without weight may stand; a comma or "but" is never crossed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from newsletter.replies.intents.sentences import Sentence
from newsletter.replies.phrases import tables

_TABLES: Mapping[str, str] = tables("meanings")
_LETTERS = {name: chr(ord("A") + at) for at, name in enumerate([*_TABLES, "NAME", "ADDRESS"])}
_LETTERS |= {"CUT": "/", "WORD": "."}
_LIGHT = "".join(re.escape(_LETTERS[name]) for name in ("WORD", "LIGHT", "OF", "YOU", "IT", "MY", "I", "ASK"))
_GAP = f"[{_LIGHT}]{{0,3}}"
_CUT_WORDS = ", but so because although though however whereas except then as since"
_CUTS = frozenset(_CUT_WORDS.split())
_ADVERB = re.compile(r"(?!(?:fami|assemb|app|supp|month|week|year|quarter|elder|multip|p?re)ly)[a-z]{3,}ly")
UNKNOWN = "."  # a word of content that no list holds
_LONGEST_PHRASE = 6  # words


def _meanings() -> dict[tuple[str, ...], str]:
    return {
        tuple(phrase.split()): _LETTERS[name]
        for name, phrases in reversed(list(_TABLES.items()))
        for phrase in " ".join(phrases.split()).split(",")
        if phrase.strip()
    }


_MEANINGS = _meanings()
# What begins a sentence and wishes or leaves is somebody, though a capital says nothing there.
_SUBJECT = re.compile(rf"\A\.(?=[{''.join(re.escape(_LETTERS[name]) for name in ('WOULDLIKE', 'WANTED', 'LEAVING'))}])")
_FIRST = frozenset(phrase[0] for phrase in _MEANINGS)


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """A sentence and the meanings of its words."""

    sentence: Sentence
    tags: str

    def has(self, pattern: str) -> bool:
        """A pattern is in it."""
        return _pattern(pattern).search(self.tags) is not None

    def is_all(self, pattern: str) -> bool:
        """The whole sentence is a pattern."""
        return _pattern(pattern).fullmatch(self.tags.strip("/")) is not None

    def spans(self, pattern: str) -> Iterator[tuple[int, int]]:
        """Where a pattern stands."""
        return (match.span() for match in _pattern(pattern).finditer(self.tags))

    def before(self, at: int) -> str:
        """The meanings before a place, back to the last comma or "but"; a "not" hanging before one still counts."""
        *earlier, clause = self.tags[:at].split("/")
        hanging = any(part.rstrip(".").endswith(_LETTERS["NOT"]) for part in earlier)
        return _LETTERS["NOT"] * hanging + clause

    def after(self, at: int) -> str:
        """The meanings after a place, up to the next comma or "but"."""
        return self.tags[at:].partition("/")[0]


def any_of(*names: str) -> str:
    """The letters of meanings, to be looked for in `Tagged.tags` or `Tagged.before`."""
    return "".join(_LETTERS[name] for name in names)


def tag(sentence: Sentence) -> Tagged:
    """Find the meanings of a sentence's words, the longest phrases first."""
    words = sentence.tagged.split()
    tags = ""
    at = 0
    while at < len(words):
        letter, length = _longest(words, at)
        tags += letter
        at += length
    return Tagged(sentence=sentence, tags=_SUBJECT.sub(_LETTERS["NAME"], tags))


def _longest(words: list[str], at: int) -> tuple[str, int]:
    word = words[at]
    if word in _FIRST:
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            if letter := _MEANINGS.get(tuple(words[at : at + length])):
                return letter, length
    if word in _CUTS:
        return "/", 1
    if _ADVERB.fullmatch(word):
        return _LETTERS["LIGHT"], 1
    return {"anaddress": _LETTERS["ADDRESS"], "aname": _LETTERS["NAME"]}.get(word, "."), 1


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """`REMOVE|TAKE ME OFF?`: alternatives, and what may be missing; `^` and `$` are the ends of a clause."""
    expression = ""
    for part in pattern.split():
        if part in _ENDS:
            expression += _ENDS[part]
            continue
        names = part.rstrip("?").split("|")
        letters = "[" + "".join(re.escape(_LETTERS[name]) for name in names) + "]"
        gap = _GAP if expression and expression not in _ENDS.values() else ""
        expression += f"(?:{gap}{letters})?" if part.endswith("?") else gap + letters
    return re.compile(expression)


_ENDS = {"^": r"(?:\A|(?<=/))", "$": r"(?=[./]?\Z|/)"}
