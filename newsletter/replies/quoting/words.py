"""The words of words/languages.toml, made ready for looking up."""

import re
from collections.abc import Iterable, Mapping

from newsletter.replies.phrases import tables

_ROLES = ("sender", "date", "to", "cc", "subject", "other")
_TABLES: Mapping[str, Mapping[str, list[str]]] = tables("languages")


def plain(text: str) -> str:
    """For comparing: lower case, straight apostrophes, single blanks."""
    return " ".join(text.replace("\u2019", "'").replace("\u02bc", "'").casefold().split())


def _all(key: str) -> list[str]:
    words = {plain(word) for table in _TABLES.values() for word in table.get(key, ())}
    return sorted(words, key=lambda word: (-len(word), word))


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


# One word may name two roles ("A" is To in three languages, "Date" one everywhere): the first role listed wins.
HEADER_ROLES: Mapping[str, str] = {word: role for role in reversed(_ROLES) for word in _all(role)}

FORWARDED = re.compile(rf"(?:{_either(_all('forwarded'))})\b.*")
ORIGINAL = re.compile(rf"(?:{_either(_all('original'))})\b.*")
MOBILE = re.compile(rf"(?:{_either(_all('mobile'))})(?!\w)")
_DEVANAGARI = "\u0900"  # from here on scripts do not put blanks around a verb
WROTE = re.compile(
    rf"(?<!\w)(?:{_either(verb for verb in _all('wrote') if verb[0] < _DEVANAGARI)})(?!\w)"
    rf"|{_either(verb for verb in _all('wrote') if verb[0] >= _DEVANAGARI)}"
)
OPENER = re.compile(rf"(?:{_either(_all('opener'))})(?=[\W\d])")
REPLY_PREFIX = re.compile(rf"(?:(?:{_either(_all('reply_prefix'))})(?:\s?\[\d+\]|\^\d+)?\s?[:\uff1a]\s*)+")
FORWARD_PREFIX = re.compile(
    rf"(?:(?:{_either(_all('reply_prefix'))})\s?[:\uff1a]\s*)*(?:{_either(_all('forward_prefix'))})\s?[:\uff1a]"
)
