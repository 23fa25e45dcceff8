"""Words and headings all in capitals, which are read letter by letter and sound like shouting."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_SHOUTED = re.compile(r"(?:\b[A-Z]{2,}(?:['’][A-Z]+)?\b[ ,:!-]*){2,}")  # noqa: RUF001
_VOWELS = 0.25  # of the letters of a word; initials have fewer
_LONG_WORD = re.compile(r"\b[A-Z]{7,}\b")


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for runs of capitals with a word of four letters in them, and for single long words."""
    known = context.config.known_words
    for passage in context.passages:
        for shouted in () if passage.quoted else shouted_in(passage.text):
            if shouted.casefold() not in known and not shouted.isdigit():
                message = f"'{shouted[:60]}' is all in capitals"
                yield Fault(message=message, spot=passage.spot, quote=shouted, instead=shouted.capitalize())


def shouted_in(text: str) -> Iterator[str]:
    """Runs of words in capitals, and long words in capitals, that no set of initials can be."""
    spans = [match.span() for match in _SHOUTED.finditer(text) if _is_shouted(match[0])]
    yield from (text[start:end].strip(" ,:!-") for start, end in spans)
    for match in _LONG_WORD.finditer(text):
        vowels = len(re.findall(r"[AEIOU]", match[0]))
        if vowels >= _VOWELS * len(match[0]) and not any(start <= match.start() < end for start, end in spans):
            yield match[0]


def _is_shouted(run: str) -> bool:
    """Initials side by side, such as UK NPM, are no shouting: a word has a vowel and four letters."""
    words = re.findall(r"[A-Z]+['’][A-Z]+|[A-Z]{4,}", run)  # noqa: RUF001
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
