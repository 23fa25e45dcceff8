"""One person whose name is spelt in two ways."""

from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import words_in

_SHORTEST = 6  # letters; shorter names that are much alike are often two people's
_LIKE = 0.84


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare names that no dictionary knows, where the name before them is the same."""
    spelt: dict[str, list[str]] = defaultdict(list)  # the names after each first name
    for passage in context.passages:
        unknown = (context.spelling or {}).get(passage.language, {})
        for before, name in () if passage.quoted else _pairs(passage):
            if name not in unknown or len(name) < _SHORTEST or name in spelt[before]:
                continue
            if twin := next((other for other in spelt[before] if _is_twin(name, other)), ""):
                message = f"'{name}' here, and '{twin}' elsewhere, after '{before}'"
                yield Fault(message=message, spot=passage.spot, quote=name, instead=twin)
            spelt[before].append(name)


def _pairs(passage: Passage) -> Iterator[tuple[str, str]]:
    """Two neighbours that are written like names."""
    words = [word.removesuffix("'s") for word in words_in(passage.text)]
    return ((one, other) for one, other in pairwise(words) if one[0].isupper() and other[0].isupper())


def _is_twin(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _LIKE


RULE = Rule(
    id="person-names",
    title="One person, two spellings",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="A misspelt name hurts whose it is, and no dictionary knows names.",
    remedy="Find out which is right and write it the same everywhere.",
    look=look,
    needs=("spelling",),
)
