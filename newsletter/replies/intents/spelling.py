"""Mends misspelt forms of the few words that requests turn on."""

from collections.abc import Iterator
from functools import lru_cache

from newsletter.replies.phrases import tables

_LISTS = {name: words.split() for name, words in tables("spelling").items()}
_WORDS, _RIGHT, NO_NAMES = _LISTS["mended"], frozenset(_LISTS["right"]), frozenset(_LISTS["no_names"])
_SHORTEST = 6  # letters; shorter words have too many neighbours


def _one_less(word: str) -> Iterator[str]:
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


_BY_PART = {part: word for word in reversed(_WORDS) if len(word) >= _SHORTEST for part in _one_less(word)}
_KNOWN = frozenset(_WORDS)


@lru_cache(maxsize=4096)
def mended(word: str) -> str:
    """The word that was meant: one letter wrong, missing, too many, or two in each other's place."""
    if len(word) < _SHORTEST - 1 or len(word) > 16 or word in _KNOWN or word in _RIGHT or not word.isascii():
        return word
    found = next((_BY_PART[part] for part in _one_less(word) if part in _BY_PART), None)
    return found if found and abs(len(found) - len(word)) <= 1 else word
