"""A word written twice in a row: "the the"."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_TWICE = re.compile(r"\b([^\W\d_]+)\s+(\1)\b", re.IGNORECASE)
# Right as they are: "that that", "had had", and names of two like parts.
_FREE = {"that", "had", "no", "bye", "very", "so", "really", "again", "ha", "knock", "blah", "tut", "yn", "hear"}


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at every pair of neighbours in our own words."""
    for passage in context.passages:
        for match in () if passage.quoted else _TWICE.finditer(passage.text):
            first, second = match[1], match[2]
            name = first[0].isupper() and second[0].isupper() and first.casefold() not in _SMALL
            if first.casefold() not in _FREE and not name:
                yield Fault(message=f"'{match[0]}' says it twice", spot=passage.spot, quote=match[0], instead=first)


_SMALL = {"the", "a", "an", "of", "to", "in", "and", "for", "on", "at", "is", "we", "our", "it", "this", "with"}


RULE = Rule(
    id="doubled-words",
    title="Words written twice",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Line ends and edits leave a word twice, and the eye of the writer slides over it.",
    remedy="Take one of them out.",
    look=look,
)
