"""More exclamation marks than an issue can bear, or any in the subject."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_MOST = 3


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at the subject, at marks in a row, and at how many there are in all."""
    ours = [passage for passage in context.passages if not passage.quoted]
    for passage in ours:
        if passage.spot.field in ("subject", "title") and not passage.spot.section and "!" in passage.text:
            yield Fault(message=f"the {passage.spot.field} has an exclamation mark", spot=passage.spot)
        for match in re.finditer(r"!{2,}|[!?]{3,}|\?!|!\?", passage.text):
            yield Fault(message=f"'{match[0][:9]}' stands here", spot=passage.spot, quote=match[0], instead=match[0][0])
    marks = [passage.spot for passage in ours for _ in range(passage.text.count("!"))]
    if len(marks) > _MOST:
        yield Fault(message=f"the issue has {len(marks)} exclamation marks, and {_MOST} are plenty", spot=marks[_MOST])


RULE = Rule(
    id="exclamation-marks",
    title="Exclamation marks",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Filters count them, above all in the subject (SpamAssassin); readers feel sold to.",
    remedy="End most of these sentences with a full stop.",
    look=look,
)
