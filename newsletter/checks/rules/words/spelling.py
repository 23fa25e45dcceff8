"""Words that the dictionary of their language does not know, each told once."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import words_in

_CLOSE = 0.75  # how like its suggestion a capitalised word is, to be a slip and no name


def look(context: CheckContext) -> Iterator[Fault]:
    """Tell each unknown word where it stands first; other people's words are theirs to spell."""
    told: set[str] = set()
    for passage in context.passages:
        unknown = (context.spelling or {}).get(passage.language, {})
        for word in () if passage.quoted else words_in(passage.text):
            if word in unknown and word not in told:
                told.add(word)
                yield _fault(word, unknown[word], passage)


def _fault(word: str, suggestions: tuple[str, ...], passage: Passage) -> Fault:
    likely = suggestions[0] if suggestions else ""
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
