"""Marks of mail merge that nobody fills in here."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.content.merge_tags import MERGE_TAG

# A text may be about such marks. After a greeting, or in an inbox's own lines, nobody means them literally.
_GREETING = re.compile(r"\b(?:dear|hello|hi|good (?:morning|afternoon)|annwyl|helo)\s$", re.IGNORECASE)
_INBOX = ("title", "subject", "preheader")


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for fields in every text."""
    for passage in context.passages:
        for match in MERGE_TAG.finditer(passage.text):
            certain = passage.spot.field in _INBOX and not passage.spot.section
            certain = certain or bool(_GREETING.search(passage.text[: match.start()]))
            severity = Severity.BLOCKS if certain else Severity.WARNS
            yield Fault(message=f"'{match[0]}' would reach readers as it stands", spot=passage.spot, severity=severity)


RULE = Rule(
    id="merge-fields",
    title="Marks of mail merge",
    severity=Severity.BLOCKS,
    looks_at=Sight.SOURCE,
    why="Every copy of a variant is the same, byte for byte, so that a forwarded copy gives nobody away.",
    remedy="Greet all readers in the same words.",
    look=look,
)
