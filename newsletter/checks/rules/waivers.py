"""Waivers that name no rule, and so accept nothing."""

import difflib
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare the rule of each waiver with those that there are."""
    known = sorted(context.rule_ids or ())
    for number, waiver in enumerate(context.issue.waivers):
        if waiver.rule not in known:
            close = difflib.get_close_matches(waiver.rule, known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"choose one of {', '.join(known)}"
            message = f"this waiver names '{waiver.rule}', and there is no such rule; {hint}"
            yield Fault(message=message, spot=Spot(location=("waivers", number, "rule")))


RULE = Rule(
    id="waivers",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="A waiver with a slip in it leaves the finding standing, and nobody sees why.",
    remedy="Copy the id from the finding.",
    look=look,
    needs=("rule_ids",),
)
