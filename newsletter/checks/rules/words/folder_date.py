"""An issue whose folder is called by one month and whose date lies in another."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare the two, where the folder is called by a month at all."""
    issue = context.issue
    if re.fullmatch(r"\d{4}-\d{2}", issue.id) and issue.id != issue.date.strftime("%Y-%m"):
        yield Fault(message=f"the folder is {issue.id}, and the date is {issue.date}", spot=Spot(location=("date",)))


RULE = Rule(
    id="folder-date",
    title="A folder of another month",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Readers see the date in the mail and the folder's name in the address of its page; one of them is a slip.",
    remedy="Mend the date, or give the folder the name of its month.",
    look=look,
)
