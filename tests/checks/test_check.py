"""`check` on real issues, rendered with the real templates."""

from datetime import date
from pathlib import Path

import pytest

import newsletter
from newsletter.bundle import bundle_root
from newsletter.checks import CheckContext, Finding, RunStatus, Severity, gather, run_checks
from newsletter.content.issue import load_issue
from newsletter.rendering.pipeline import render
from newsletter.rendering.theme import Theme
from newsletter.services.checking import look_over
from newsletter.workspace import load_workspace

ISSUE = """\
title: Bulletin of November 2025
preheader: A conference, three reports and a letter
date: 2025-11-07
sections:
  - {type: letter, id: welcome, text: "Dear readers, [read the blog](https://a.gov.uk).", name: Ana Invented}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a small good issue."""
    place = tmp_path / "issues" / "2025-11"
    place.mkdir(parents=True)
    (place / "issue.yaml").write_text(ISSUE, encoding="utf-8")
    return place


def break_template(root: Path) -> Theme:
    """A theme whose workspace has a letter template with a misspelt element."""
    template = root / "templates" / "email" / "sections" / "letter.mjml.j2"
    template.parent.mkdir(parents=True)
    template.write_text("<mj-section>\n<mj-colum></mj-colum>\n</mj-section>\n", encoding="utf-8")
    return Theme(root=root)


def test_a_good_issue_has_nothing_to_fix(folder: Path) -> None:
    assert newsletter.check(newsletter.load_issue(folder)) == []


def test_a_fault_is_told_with_file_line_section_and_field(folder: Path) -> None:
    (folder / "issue.yaml").write_text(ISSUE.replace("read the blog", "here"), encoding="utf-8")
    (finding,) = newsletter.check(newsletter.load_issue(folder))
    assert (finding.rule, finding.severity) == ("link-texts", Severity.BLOCKS)
    assert (finding.line, finding.section, finding.field) == (5, "welcome", "text")
    assert finding.file == str(folder / "issue.yaml")


def test_what_rendering_refuses_is_a_blocking_finding_and_the_mail_is_not_judged(folder: Path) -> None:
    report = run_checks(gather(load_issue(folder), break_template(folder.parent.parent)))
    (finding,) = report.findings
    assert (finding.rule, finding.blocks, finding.section) == ("rendering", True, "welcome")
    assert "mj-colum" in finding.message
    assert {"size", "html-document", "text-part"} <= {rule.id for rule in report.not_run}


def test_mails_that_were_rendered_already_are_taken_as_they_are(folder: Path) -> None:
    issue = load_issue(folder)
    mail = render(issue)
    context = gather(issue, break_template(folder.parent.parent), [mail])
    assert context.mails == (mail,)
    assert context.refusals == ()


def test_facts_that_somebody_learnt_reach_the_rules(folder: Path) -> None:
    context = gather(load_issue(folder), link_facts={}, today=date(2025, 11, 7))
    statuses = {run.rule.id: run.status for run in run_checks(context).runs}
    assert statuses["unreachable-links"] is RunStatus.PASSED
    assert isinstance(context, CheckContext)


def findings_of(name: str) -> list[Finding]:
    """What the checks say of an issue of the sample workspace, with all that can be learnt on this computer."""
    workspace = load_workspace(bundle_root(), {})
    return look_over(workspace, workspace.load_issue(name)).findings


@pytest.mark.parametrize("name", ["2025-11", "2025-12"])
def test_the_sample_issues_have_nothing_that_blocks_or_warns(name: str) -> None:
    assert [str(finding) for finding in findings_of(name) if finding.severity is not Severity.NOTES] == []


def test_nothing_blocks_the_gallery() -> None:
    assert [str(finding) for finding in findings_of("gallery") if finding.blocks] == []
