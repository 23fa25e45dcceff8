"""Words that the dictionary of their language does not know, each told once."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import is_foreign, words_in

_CLOSE = 0.8  # how like its suggestion a capitalised word is, to be a slip and no name


def look(context: CheckContext) -> Iterator[Fault]:
    """Tell each unknown word where it stands first; other people's words are theirs to spell."""
    told: set[str] = set()
    for passage in context.passages:
        unknown = (context.spelling or {}).get(passage.language, {})
        words = words_in(passage.text)
        # A passage in another language than it says is a rule of its own.
        for place, word in () if passage.quoted or is_foreign(words, unknown) else enumerate(words):
            if word in unknown and word not in told:
                told.add(word)
                yield _fault(word, unknown[word], passage, borrowed=_is_borrowed(words, place, unknown))


def _is_borrowed(words: list[str], place: int, unknown: Mapping[str, object]) -> bool:
    """Slips come one by one: an unknown neighbour, or a letter that English has not, makes a borrowed phrase."""
    beside = words[max(place - 2, 0) : place] + words[place + 1 : place + 3]
    return not words[place].isascii() or any(word in unknown for word in beside)


def _fault(word: str, suggestions: tuple[str, ...], passage: Passage, *, borrowed: bool) -> Fault:
    likely = next((other for other in suggestions if re.fullmatch(r"[^\s-]+", other)), "")  # one word for one word
    perhaps = f"; perhaps {' or '.join(repr(other) for other in suggestions[:2])}" if suggestions else ""
    return Fault(
        message=f"'{word}' is in no dictionary{perhaps}",
        spot=passage.spot,
        severity=Severity.NOTES if borrowed or _is_name(word, likely, passage.text) else None,
        quote=word,
        instead=likely,
        word=word,
    )


def _is_name(word: str, likely: str, text: str) -> bool:
    """A capital inside a sentence makes a name; at its start only a word unlike any other is one."""
    if not word[0].isupper():
        return False
    begins = re.match(rf"['\"‘“(]*{word}(?! [A-Z])", text)  # noqa: RUF001  (two words in capitals are a name)
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
