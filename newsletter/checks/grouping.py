"""Makes a report short enough to be read: like with like, a dozen findings in view, notes folded away.

A wall of warnings is read by nobody. Whatever is not in view is counted, and nothing that blocks is ever a mere count.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from newsletter.checks.finding import Finding, Severity
from newsletter.checks.rule import Rule
from newsletter.checks.runner import Report

IN_VIEW = 12


@dataclass(frozen=True, kw_only=True)
class Group:
    """What one rule found at one gravity."""

    rule: Rule
    severity: Severity
    findings: tuple[Finding, ...]  # all of them, in the order of the file
    shown: int  # how many of them are in view, from the first

    @property
    def in_view(self) -> tuple[Finding, ...]:
        """Those in view."""
        return self.findings[: self.shown]

    @property
    def more(self) -> int:
        """How many like them are not."""
        return len(self.findings) - self.shown


@dataclass(frozen=True, kw_only=True)
class Board:
    """A report as people see it."""

    groups: tuple[Group, ...]  # in view, gravest first
    folded: tuple[Group, ...]  # notes, and what the view has no room for
    waived: tuple[Group, ...]  # what a named person accepted


def board(report: Report, *, in_view: int | None = IN_VIEW) -> Board:
    """Group a report; `in_view` is how many findings are shown at once, None for all of them, notes too."""
    open_groups = list(_groups(report, lambda finding: finding.waiver is None))
    waived = tuple(_groups(report, lambda finding: finding.waiver is not None))
    if in_view is None:
        return Board(groups=tuple(open_groups), folded=(), waived=waived)
    grave = [group for group in open_groups if group.severity is not Severity.NOTES]
    shares = _dealt([len(group.findings) for group in grave], in_view)
    blocking = [group.severity is Severity.BLOCKS for group in grave]
    shown = [replace(group, shown=max(share, must)) for group, share, must in zip(grave, shares, blocking, strict=True)]
    notes = [group for group in open_groups if group.severity is Severity.NOTES]
    return Board(
        groups=tuple(group for group in shown if group.shown),
        folded=tuple([group for group in shown if not group.shown] + notes),
        waived=waived,
    )


def _groups(report: Report, wanted: Callable[[Finding], bool]) -> Iterator[Group]:
    rules = {run.rule.id: run.rule for run in report.runs}
    findings = filter(wanted, report.findings)
    for (severity, rule), group in groupby(findings, key=lambda finding: (finding.severity, finding.rule)):
        alike = tuple(group)
        yield Group(rule=rules[rule], severity=severity, findings=alike, shown=len(alike))


def _dealt(sizes: Sequence[int], room: int) -> list[int]:
    """Deals the room out one by one, so that no long group hides a short one."""
    shares = [0] * len(sizes)
    for _ in range(max(sizes, default=0)):
        for number, size in enumerate(sizes):
            if shares[number] < size and room:
                shares[number], room = shares[number] + 1, room - 1
    return shares


def count(groups: Iterable[Group]) -> int:
    """How many findings there are in groups."""
    return sum(len(group.findings) for group in groups)
