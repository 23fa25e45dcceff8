"""Checks: one rule a file, each with its reason and its remedy; `check` is the promised way in.

`gather` fills a frozen CheckContext, `run_checks` runs every rule of the registry over it and returns a Report. A rule
whose facts are absent is "not run", never "passed".
"""

from collections.abc import Sequence

from newsletter.checks.context import CheckContext
from newsletter.checks.facts import LinkFact, LinkOutcome
from newsletter.checks.finding import Finding, Severity
from newsletter.checks.gather import gather
from newsletter.checks.registry import RULES
from newsletter.checks.rule import Rule
from newsletter.checks.runner import Report, RuleRun, RunStatus, run_checks
from newsletter.content.issue import Issue
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.theme import Theme

__all__ = [
    "RULES",
    "CheckContext",
    "Finding",
    "LinkFact",
    "LinkOutcome",
    "Report",
    "Rule",
    "RuleRun",
    "RunStatus",
    "Severity",
    "check",
    "gather",
    "run_checks",
]


def check(issue: Issue, theme: Theme | None = None, rendered: Sequence[Rendered] | None = None) -> list[Finding]:
    """What is to fix in an issue, gravest first; `finding.blocks` says whether it stands in the way of approval.

    Without `rendered` every variant is rendered first. What rendering refuses is told as a finding, not raised.
    """
    return run_checks(gather(issue, theme, rendered)).findings
