"""Words that the dictionary of their language does not know, each told once."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import words_in

_FEW = 5  # words; with fewer, half of them may well be slips
_CLOSE = 0.8  # how like its suggestion a capitalised word is, to be a slip and no name


def look(context: CheckContext) -> Iterator[Fault]:
    """Tell each unknown word where it stands first; other people's words are theirs to spell."""
    told: set[str] = set()
    for passage in context.passages:
        unknown = (context.spelling or {}).get(passage.language, {})
        words = words_in(passage.text)
        for word in () if passage.quoted or _is_foreign(words, unknown) else words:
            if word in unknown and word not in told:
                told.add(word)
                yield _fault(word, unknown[word], passage)


def _is_foreign(words: list[str], unknown: Mapping[str, object]) -> bool:
    """A passage most of whose words are unknown is in another language than it says, which is a rule of its own."""
    return len(words) > _FEW and sum(word in unknown for word in words) * 2 > len(words)


def _fault(word: str, suggestions: tuple[str, ...], passage: Passage) -> Fault:
    likely = next((other for other in suggestions if re.fullmatch(r"[^\s-]+", other)), "")  # one word for one word
    perhaps = f"; perhaps {' or '.join(repr(other) for other in suggestions[:2])}" if suggestions else ""
    return Fault(
        message=f"'{word}' is in no dictionary{perhaps}",
        spot=passage.spot,
        severity=Severity.NOTES if _is_name(word, likely, passage.text) else None,
        quote=word,
        instead=likely,
        word=word,
    )


def _is_name(word: str, likely: str, text: str) -> bool:
    """A capital inside a sentence makes a name; at its start only a word unlike any other is one."""
    if not word[0].isupper():
        return False
    begins = text.lstrip("'\"‘“(").startswith(word)  # noqa: RUF001
    return not begins or SequenceMatcher(None, word.casefold(), likely.casefold()).ratio() < _CLOSE


RULE = Rule(
    id="spelling",
    title="Words that no dictionary knows",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="A slip in print makes readers doubt the rest; a program finds what four tired eyes pass over.",
    remedy="Mend it, or put the word into words.txt if it is right here.",
    look=look,
    needs=("spelling",),
)
