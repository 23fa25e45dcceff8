"""The bulletin that left in November 2025: the faults that readers met in it are found."""

import shutil

import pytest
from reference import NAME, reference_text, write_reference_issue

from newsletter.bundle import bundle_root
from newsletter.checks import Report
from newsletter.checks.grouping import IN_VIEW, board
from newsletter.services.checking import look_over
from newsletter.workspace import load_workspace


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What the checks say of it, in a workspace like the sample."""
    source = reference_text()
    if source is None:
        pytest.skip(f"there is no {NAME} in a folder shared/reference above this repository")
    root = tmp_path_factory.mktemp("real")
    shutil.copyfile(bundle_root() / "newsletter.toml", root / "newsletter.toml")
    shutil.copytree(bundle_root() / "subscribers", root / "subscribers")
    write_reference_issue(source, root / "issues" / "2025-11")
    shutil.copyfile(bundle_root() / "issues" / "logo.png", root / "issues" / "logo.png")
    workspace = load_workspace(root, {})
    return look_over(workspace, workspace.load_issue("2025-11"))


def messages(report: Report, rule: str) -> list[str]:
    """What one rule says."""
    return [finding.message for finding in report.findings if finding.rule == rule]


def test_the_stray_word_is_found(report: Report) -> None:
    assert any("the Sarah reflects" in message for message in messages(report, "stray-words"))


def test_the_days_that_count_from_the_day_of_writing_are_found(report: Report) -> None:
    assert any("3 weeks to go" in message for message in messages(report, "relative-dates"))


def test_the_four_links_named_here_block(report: Report) -> None:
    assert len([finding for finding in report.blocking if "the link 'here'" in finding.message]) == 4


def test_dates_with_and_without_a_year_are_found(report: Report) -> None:
    assert any("'27 November' has no year" in message for message in messages(report, "date-styles"))


def test_initials_that_nobody_explained_are_found(report: Report) -> None:
    assert {"ICCPR", "OPCAT"} <= {message.split("'")[1] for message in messages(report, "acronyms")}


def test_no_wall_of_warnings(report: Report) -> None:
    assert sum(group.shown for group in board(report).groups) <= IN_VIEW
