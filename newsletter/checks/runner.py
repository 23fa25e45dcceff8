"""Runs rules over one issue and sorts what they say: gravest first, like with like, in the order of the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Finding, Severity
from newsletter.checks.registry import RULES
from newsletter.checks.rule import Fault, Rule
from newsletter.content.check_config import Setting
from newsletter.content.issue import Waiver

_ORDER = list(Severity)


class RunStatus(StrEnum):
    """What became of a rule. What was not looked at is never called passed."""

    PASSED = "passed"
    FOUND = "found"
    NOT_RUN = "not run"
    OFF = "off"  # by the workspace's settings


@dataclass(frozen=True, kw_only=True)
class RuleRun:
    """One rule and what it found."""

    rule: Rule
    status: RunStatus
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()  # fields of the context that it needed and that were not filled in


@dataclass(frozen=True, kw_only=True)
class Report:
    """What all rules said."""

    runs: tuple[RuleRun, ...]

    @property
    def findings(self) -> list[Finding]:
        """All findings, gravest first; waived ones stay among them, with their waiver."""
        found = [finding for run in self.runs for finding in run.findings]
        return sorted(found, key=lambda finding: _ORDER.index(finding.severity))

    @property
    def blocking(self) -> list[Finding]:
        """Findings that stand in the way of approval."""
        return [finding for finding in self.findings if finding.blocks]

    @property
    def not_run(self) -> list[Rule]:
        """Rules whose facts were absent."""
        return self._with(RunStatus.NOT_RUN)

    @property
    def off(self) -> list[Rule]:
        """Rules that the workspace switched off."""
        return self._with(RunStatus.OFF)

    def _with(self, status: RunStatus) -> list[Rule]:
        return [run.rule for run in self.runs if run.status is status]


def run_checks(context: CheckContext, rules: Iterable[Rule] = RULES) -> Report:
    """Look at an issue with every rule."""
    return Report(runs=tuple(_run(rule, context) for rule in rules))


def _run(rule: Rule, context: CheckContext) -> RuleRun:
    if context.config.rules.get(rule.id) is Setting.OFF:
        return RuleRun(rule=rule, status=RunStatus.OFF)
    missing = tuple(name for name in rule.needs if getattr(context, name) is None)
    if missing:
        return RuleRun(rule=rule, status=RunStatus.NOT_RUN, missing=missing)
    ordered = tuple(
        sorted(_findings(rule, context), key=lambda finding: (_ORDER.index(finding.severity), finding.line or 0))
    )
    return RuleRun(rule=rule, status=RunStatus.FOUND if ordered else RunStatus.PASSED, findings=ordered)


def _findings(rule: Rule, context: CheckContext) -> Iterator[Finding]:
    waiver = next((waiver for waiver in context.issue.waivers if waiver.rule == rule.id), None)
    # Variants share most of their parts, so the same fault comes up once for each of them.
    for fault in dict.fromkeys(rule.look(context)):
        yield _finding(rule, fault, context, waiver)


def _finding(rule: Rule, fault: Fault, context: CheckContext, waiver: Waiver | None) -> Finding:
    source = context.source
    setting = context.config.rules.get(rule.id)
    return Finding(
        rule=rule.id,
        severity=Severity(setting) if setting else fault.severity or rule.severity,
        message=fault.message,
        remedy=fault.remedy or rule.remedy,
        file=fault.file or (str(source.path) if source and fault.spot.location else ""),
        line=fault.line or (fault.spot.line_in(source.data) if source and fault.spot.location else None),
        section=fault.spot.section,
        field=fault.spot.field,
        location=fault.spot.location,
        waiver=waiver,
        quote=fault.quote,
        instead=fault.instead,
        word=fault.word,
    )
