"""Words and headings all in capitals, which are read letter by letter and sound like shouting."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_SHOUTED = re.compile(r"(?:\b[A-Z]{2,}(?:['’][A-Z]+)?\b[ ,:!-]*){2,}")  # noqa: RUF001
_LONG_WORD = re.compile(r"\b[A-Z]{7,}\b")


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for runs of capitals with a word of four letters in them, and for single long words."""
    known = context.config.known_words
    for passage in context.passages:
        for shouted in () if passage.quoted else _runs(passage.text):
            if shouted.casefold() not in known and not shouted.isdigit():
                message = f"'{shouted[:60]}' is all in capitals"
                yield Fault(message=message, spot=passage.spot, quote=shouted, instead=shouted.capitalize())


def _runs(text: str) -> Iterator[str]:
    spans = [match.span() for match in _SHOUTED.finditer(text) if _is_shouted(match[0])]
    yield from (text[start:end].strip(" ,:!-") for start, end in spans)
    for match in _LONG_WORD.finditer(text):
        if not any(start <= match.start() < end for start, end in spans):
            yield match[0]


def _is_shouted(run: str) -> bool:
    """Initials side by side, such as UK NPM, are no shouting: a word has a vowel and four letters."""
    words = re.findall(r"[A-Z]{4,}", run)
    return len(words) > 1 and all(re.search(r"[AEIOUY]", word) for word in words)


RULE = Rule(
    id="capitals",
    title="Words in capitals",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Screen readers spell some words in capitals letter by letter; filters and readers take them for shouting.",
    remedy="Write small letters; put stress into the words, or into bold.",
    look=look,
)
