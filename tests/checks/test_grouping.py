"""A report that is read: a dozen findings in view, like with like, nothing that blocks reduced to a count."""

from newsletter.checks.finding import Finding, Severity
from newsletter.checks.grouping import IN_VIEW, board, count
from newsletter.checks.registry import RULES
from newsletter.checks.runner import Report, RuleRun, RunStatus
from newsletter.content.issue import Waiver


def run_of(number: int, severity: Severity, amount: int, waiver: Waiver | None = None) -> RuleRun:
    """What one rule of the registry found."""
    rule = RULES[number]
    finding = Finding(rule=rule.id, severity=severity, message="x", remedy="Mend it.", waiver=waiver)
    return RuleRun(rule=rule, status=RunStatus.FOUND, findings=(finding,) * amount)


def report_of(*runs: RuleRun) -> Report:
    """A report."""
    return Report(runs=runs)


def test_what_one_rule_found_stands_together_gravest_first() -> None:
    view = board(report_of(run_of(0, Severity.WARNS, 2), run_of(1, Severity.BLOCKS, 3)))
    assert [(group.rule, len(group.in_view), group.more) for group in view.groups] == [
        (RULES[1], 3, 0),
        (RULES[0], 2, 0),
    ]


def test_no_more_than_a_dozen_are_in_view_and_every_kind_has_a_place() -> None:
    view = board(report_of(*(run_of(number, Severity.WARNS, 5) for number in range(8))))
    assert sum(group.shown for group in view.groups) == IN_VIEW
    assert min(group.shown for group in view.groups) == 1
    assert sum(group.more for group in view.groups) == 8 * 5 - IN_VIEW


def test_notes_are_folded_and_counted() -> None:
    view = board(report_of(run_of(0, Severity.NOTES, 4), run_of(1, Severity.WARNS, 1)))
    assert (count(view.groups), count(view.folded)) == (1, 4)


def test_kinds_of_warning_beyond_the_dozen_are_folded() -> None:
    view = board(report_of(*(run_of(number, Severity.WARNS, 1) for number in range(20))))
    assert (count(view.groups), count(view.folded)) == (IN_VIEW, 20 - IN_VIEW)


def test_every_kind_that_blocks_is_in_view_however_many_there_are() -> None:
    view = board(report_of(*(run_of(number, Severity.BLOCKS, 2) for number in range(20))))
    assert len(view.groups) == 20
    assert view.folded == ()


def test_what_somebody_accepted_is_told_apart() -> None:
    waiver = Waiver(rule=RULES[0].id, by="Ana Invented", reason="A quotation.")
    view = board(report_of(run_of(0, Severity.BLOCKS, 2, waiver)))
    assert (view.groups, view.folded, count(view.waived)) == ((), (), 2)


def test_all_can_be_seen() -> None:
    view = board(report_of(run_of(0, Severity.NOTES, 40), run_of(1, Severity.WARNS, 40)), in_view=None)
    assert sum(group.shown for group in view.groups) == 80
    assert view.folded == ()
