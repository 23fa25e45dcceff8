"""The frame around the rules: what is not run, what is waived, where a finding stands, in which order it is told."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Finding, Severity
from newsletter.checks.registry import RULES
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.runner import RunStatus, run_checks
from newsletter.checks.spot import Spot
from newsletter.content.issue import issue_from_yaml
from newsletter.content.yaml_file import read_yaml

ISSUE = """\
title: Bulletin of November 2025
preheader: A conference, three reports and a letter
date: 2025-11-07
sections:
  - type: letter
    id: welcome
    text: |
      Dear readers,

      we meet next week. Read the blog
      [here](https://a.gov.uk).
    name: Ana Invented
  - type: text
    id: more
    text: >
      Folded words
      that end tomorrow.
    translations:
      cy:
        text: |
          Cwrdd.

          Darllenwch [yma](https://a.gov.uk/cy).
"""
WAIVED = ISSUE + "waivers:\n  - {rule: link-texts, by: Ana Invented, reason: A quotation.}\n"


def context_of(text: str, folder: Path) -> CheckContext:
    """A context whose issue was read from a file."""
    file = folder / "issue.yaml"
    file.write_text(text, encoding="utf-8")
    source = read_yaml(file)
    return CheckContext(issue=issue_from_yaml(source), source=source)


def rule_that_says(*faults: Fault, needs: tuple[str, ...] = (), name: str = "link-texts") -> Rule:
    """A rule that finds the same everywhere."""

    def look(_: CheckContext) -> Iterator[Fault]:
        yield from faults

    return Rule(
        id=name,
        title="A rule",
        severity=Severity.BLOCKS,
        looks_at=Sight.SOURCE,
        why="A reason.",
        remedy="Mend it.",
        look=look,
        needs=needs,
    )


def found_by(name: str, context: CheckContext) -> tuple[Finding, ...]:
    """What one rule says."""
    return run_checks(context, [rule for rule in RULES if rule.id == name]).runs[0].findings


def test_a_rule_without_its_facts_is_not_run_and_never_passed(tmp_path: Path) -> None:
    context = context_of(ISSUE, tmp_path)
    report = run_checks(context, [rule_that_says(Fault(message="x"), needs=("mails", "link_facts"))])
    assert report.runs[0].status is RunStatus.NOT_RUN
    assert report.runs[0].missing == ("mails", "link_facts")
    assert ([rule.id for rule in report.not_run], report.findings) == (["link-texts"], [])


def test_what_needs_a_rendered_mail_or_a_network_says_so_when_there_is_none(tmp_path: Path) -> None:
    not_run = {rule.id for rule in run_checks(context_of(ISSUE, tmp_path)).not_run}
    assert {"size", "html-images", "text-part", "unreachable-links"} <= not_run
    assert "link-texts" not in not_run


def test_a_waived_finding_is_told_with_the_name_and_blocks_nothing(tmp_path: Path) -> None:
    report = run_checks(context_of(WAIVED, tmp_path), [rule_that_says(Fault(message="x"))])
    (finding,) = report.findings
    assert finding.waiver is not None
    assert (finding.severity, finding.blocks, report.blocking) == (Severity.BLOCKS, False, [])
    assert finding.as_dict()["waiver"] == {"rule": "link-texts", "by": "Ana Invented", "reason": "A quotation."}


def test_a_waiver_covers_no_other_rule(tmp_path: Path) -> None:
    report = run_checks(context_of(WAIVED, tmp_path), [rule_that_says(Fault(message="x"), name="size")])
    assert [finding.blocks for finding in report.findings] == [True]


def test_a_finding_in_a_block_of_text_points_at_its_own_paragraph(tmp_path: Path) -> None:
    first = found_by("link-texts", context_of(ISSUE, tmp_path))[0]
    assert (first.line, first.section, first.field) == (10, "welcome", "text")
    assert first.file == str(tmp_path / "issue.yaml")


def test_a_finding_in_folded_text_points_at_its_field(tmp_path: Path) -> None:
    (_, folded) = found_by("relative-dates", context_of(ISSUE, tmp_path))
    assert (folded.line, folded.section, folded.field) == (15, "more", "text")


def test_translations_are_looked_at_in_their_own_language_and_place(tmp_path: Path) -> None:
    welsh = found_by("link-texts", context_of(ISSUE, tmp_path))[1]
    assert (welsh.line, welsh.section, welsh.field) == (23, "more", "translations.cy.text")


def test_an_issue_from_no_file_has_findings_without_lines(tmp_path: Path) -> None:
    issue = context_of(ISSUE, tmp_path).issue
    first = found_by("link-texts", CheckContext(issue=issue))[0]
    assert (first.file, first.line, first.section, first.field) == ("", None, "welcome", "text")


def test_what_every_variant_repeats_is_told_once(tmp_path: Path) -> None:
    same = Fault(message="twice", spot=Spot(section="welcome"))
    assert len(run_checks(context_of(ISSUE, tmp_path), [rule_that_says(same, same)]).findings) == 1


def test_two_places_with_the_same_fault_are_told_twice(tmp_path: Path) -> None:
    one, other = (Fault(message="same", spot=Spot(location=("sections", number))) for number in (0, 1))
    assert len(run_checks(context_of(ISSUE, tmp_path), [rule_that_says(one, other)]).findings) == 2


def test_findings_come_gravest_first_then_rule_by_rule_then_down_the_file(tmp_path: Path) -> None:
    def fault(message: str, severity: Severity, section: int) -> Fault:
        return Fault(message=message, severity=severity, spot=Spot(location=("sections", section)))

    one = rule_that_says(fault("c", Severity.WARNS, 1), fault("b", Severity.WARNS, 0), fault("e", Severity.NOTES, 0))
    two = rule_that_says(fault("a", Severity.BLOCKS, 1), fault("d", Severity.WARNS, 0), name="size")
    report = run_checks(context_of(ISSUE, tmp_path), [one, two])
    assert "".join(finding.message for finding in report.findings) == "abcde"


def test_a_finding_reads_as_a_sentence_with_its_place_and_remedy(tmp_path: Path) -> None:
    finding = found_by("link-texts", context_of(ISSUE, tmp_path))[0]
    assert str(finding).startswith(f"{tmp_path / 'issue.yaml'}:10: section 'welcome', field text: the link 'here' to ")
    assert str(finding).endswith(". " + finding.remedy)


def test_a_context_is_frozen(tmp_path: Path) -> None:
    context = context_of(ISSUE, tmp_path)
    with pytest.raises(FrozenInstanceError):
        context.today = None  # type: ignore[misc]
