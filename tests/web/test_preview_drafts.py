"""A draft is read again after each save, and what worked last is never lost."""

import logging
from pathlib import Path

import pytest

from newsletter.web.preview.drafts import Draft, new_draft, reread


def steps(last: Draft, viewed: str = "") -> list[Draft]:
    return list(reread(last, viewed))


@pytest.fixture
def working(draft_folder: Path) -> Draft:
    return steps(new_draft(draft_folder, "2025-11"))[-1]


def test_every_variant_is_rendered_and_checked(working: Draft) -> None:
    assert working.keys == ["en", "en+north"]
    assert "Words for the north" in working.mails["en+north"].html
    assert "Words for the north" not in working.mails["en"].html
    assert working.findings is not None
    assert working.problems == ()


def test_the_variant_looked_at_comes_first_and_the_others_follow(working: Draft, issue_file: Path) -> None:
    issue_file.write_text(issue_file.read_text().replace("Hello to", "Greetings to"))
    quick, whole = steps(working, "en+north")
    assert "Greetings" in quick.mails["en+north"].html
    assert "Greetings" not in quick.mails["en"].html
    assert "Greetings" in whole.mails["en"].html


def test_findings_name_the_line_of_the_file(draft_folder: Path, issue_file: Path) -> None:
    issue_file.write_text(issue_file.read_text().replace("this.", "this on Monday 7 November 2025."))
    findings = steps(new_draft(draft_folder, "2025-11"))[-1].findings or ()
    assert [(finding.line, finding.section) for finding in findings if "7 November 2025" in finding.message] == [
        (12, "welcome")
    ]


def test_a_mistake_is_told_with_its_place_beside_the_last_version_that_worked(working: Draft, issue_file: Path) -> None:
    issue_file.write_text(issue_file.read_text().replace("type: letter", "type: lettre"))
    (broken,) = steps(working)
    assert [problem.line for problem in broken.problems] == [10]
    assert broken.mails == working.mails
    assert broken.worked_at == working.worked_at


def test_a_mended_mistake_is_gone(working: Draft, issue_file: Path) -> None:
    good = issue_file.read_text()
    issue_file.write_text("title: [")
    (broken,) = steps(working)
    issue_file.write_text(good.replace("The first number", "Mended"))
    healed = steps(broken)[-1]
    assert healed.problems == ()
    assert healed.mails["en"].subject == "Mended"


def test_a_broken_setting_is_told_like_a_broken_issue(working: Draft, draft_folder: Path) -> None:
    (draft_folder / "newsletter.toml").write_text("[newsletter]\nnme = 'x'\n")
    (broken,) = steps(working)
    assert "newsletter.toml" in broken.problems[0].file


def test_an_issue_broken_from_the_start_has_problems_and_nothing_to_show(draft_folder: Path, issue_file: Path) -> None:
    issue_file.write_text("title: [")
    (broken,) = steps(new_draft(draft_folder, "2025-11"))
    assert broken.problems
    assert broken.keys == []
    assert broken.worked_at is None


def test_what_nobody_foresaw_is_told_on_the_page_and_only_named_in_the_log(
    working: Draft, draft_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (draft_folder / "subscribers" / "bodies.toml").mkdir(parents=True)  # a folder where a file belongs
    with caplog.at_level(logging.DEBUG, "newsletter"):
        (broken,) = steps(working)
    assert "IsADirectoryError" in broken.problems[0].message or "PermissionError" in broken.problems[0].message
    assert broken.mails == working.mails
    assert str(draft_folder) not in caplog.text


def test_a_variant_that_went_away_is_no_longer_offered(working: Draft, issue_file: Path) -> None:
    issue_file.write_text(issue_file.read_text().replace("    audience: north\n", ""))
    assert [draft.keys for draft in steps(working, "en+north")] == [["en"], ["en"]]
