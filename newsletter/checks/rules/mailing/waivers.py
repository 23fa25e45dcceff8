"""Waivers and settings that name no rule, and so do nothing."""

import difflib
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare each name with the rules that there are."""
    known = sorted(context.rule_ids or ())
    for number, waiver in enumerate(context.issue.waivers):
        if waiver.rule not in known:
            message = f"this waiver names '{waiver.rule}', and there is no such rule; {_hint(waiver.rule, known)}"
            yield Fault(message=message, spot=Spot(location=("waivers", number, "rule")))
    for name in context.config.rules:
        if name not in known:
            message = f"[checks.rules] names '{name}', and there is no such rule; {_hint(name, known)}"
            yield Fault(message=message, file="newsletter.toml")


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean '{close[0]}'?" if close else "docs/checks.md lists them"


RULE = Rule(
    id="waivers",
    title="Settings and waivers that name no rule",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="A waiver with a slip in it leaves the finding standing, and nobody sees why.",
    remedy="Copy the id from the finding.",
    look=look,
    needs=("rule_ids",),
)
