"""Space before a comma, two commas, a bracket that never closes, a paragraph without its full stop."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight

_SLIPS = re.compile(r"\b\w+(\s+[,;]+|\s*,\s+,)\s|\b\w+(,,|;;|,\.|(?<!\.)\.\.(?!\.))(?:\s|$)")
_OPEN_END = re.compile(r"\b(?:\w+ ){4}\w*[a-z]$")  # a few words: one alone is a heading or an entry


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at every paragraph of our own."""
    for passage in context.passages:
        if passage.quoted:
            continue
        for match in _SLIPS.finditer(passage.text):
            mark = match[1] or match[2]
            message = f"'{match[0].strip()}' has a mark out of place"
            yield Fault(message=message, spot=passage.spot, quote=mark, instead=mark.strip()[0])
        if passage.text.count("(") != passage.text.count(")") and not _is_numbered(passage.text):
            yield Fault(message="a bracket in this text has no partner", spot=passage.spot)
        if _stops_short(passage):
            message = f"'… {passage.text[-30:]}' ends without a full stop"
            yield Fault(message=message, spot=passage.spot, severity=Severity.NOTES)


def _is_numbered(text: str) -> bool:
    return bool(re.match(r"\s*\w{1,3}\)", text) or re.search(r"[:;]-?[()]", text))


def _stops_short(passage: Passage) -> bool:
    """A paragraph of several sentences whose last has no end; headings, list items and captions need none."""
    sentence_field = passage.spot.field.rpartition(".")[2] in ("text", "more", "summary", "closing")
    return sentence_field and not passage.heading and ". " in passage.text and bool(_OPEN_END.search(passage.text))


RULE = Rule(
    id="punctuation",
    title="Marks that an edit left behind",
    severity=Severity.NOTES,
    looks_at=Sight.SOURCE,
    why="Marks out of place are what is left of a cut; screen readers pause at each of them.",
    remedy="Put the mark where it belongs, or take it out.",
    look=look,
)
