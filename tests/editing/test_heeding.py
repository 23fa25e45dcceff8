"""A finding is mended, waved through or learnt from, and the file keeps everything else."""

from pathlib import Path

import pytest

from newsletter.checks import Finding
from newsletter.errors import ConflictError, InputError
from newsletter.services.checking import look_over
from newsletter.services.editing.heeding import learn, mend, waive
from newsletter.services.editing.history import snapshots
from newsletter.workspace import Workspace, load_workspace

ISSUE = """\
title: Bulletin of November 2025  # a comment
preheader: A conference, three reports and a letter
date: 2025-11-07
sections:
  - type: text
    id: other
    heading: Elsewhere
    text: Nothing to mend.
  - type: letter
    id: welcome
    text: |
      We met the
      the inspectors. They will recieve this, and recieve more; the ABCD
      has [a page](https://a.gov.uk/p?utm_source=x&id=1).
    name: Ana Invented
"""


@pytest.fixture
def file(desk: Workspace) -> Path:
    """The issue, with findings that can be mended."""
    path = desk.issues / "2025-11" / "issue.yaml"
    path.write_text(ISSUE)
    return path


def found(desk: Workspace, rule: str) -> Finding:
    """The one finding of a rule."""
    findings = look_over(desk, desk.load_issue("2025-11")).findings
    (finding,) = [finding for finding in findings if finding.rule == rule]
    return finding


def test_words_over_a_line_end_are_mended_and_all_else_stays(desk: Workspace, file: Path) -> None:
    mend(desk, "2025-11", found(desk, "doubled-words"), by="Ann")
    assert file.read_text() == ISSUE.replace("met the\n      the inspectors", "met the inspectors")
    assert snapshots(desk, "2025-11")[0].by == "Ann"


def test_an_address_loses_what_tells_on_the_sender(desk: Workspace, file: Path) -> None:
    mend(desk, "2025-11", found(desk, "tracking-links"), by="Ann")
    assert file.read_text() == ISSUE.replace("?utm_source=x&id=1", "?id=1")


def test_a_misspelt_word_is_mended_wherever_it_stands(desk: Workspace, file: Path) -> None:
    spelt = Finding(
        rule="spelling",
        severity=found(desk, "doubled-words").severity,
        message="x",
        remedy="y",
        section="welcome",
        location=("sections", 1, "text"),
        quote="recieve",
        instead="receive",
        word="recieve",
    )
    mend(desk, "2025-11", spelt, by="Ann")
    assert file.read_text() == ISSUE.replace("recieve", "receive")


def test_a_section_that_was_moved_is_found_by_its_id(desk: Workspace, file: Path) -> None:
    finding = found(desk, "doubled-words")
    first, second = ISSUE.index("  - type: text"), ISSUE.index("  - type: letter")
    file.write_text(ISSUE[:first] + ISSUE[second:] + ISSUE[first:second])
    mend(desk, "2025-11", finding, by="Ann")
    assert "met the inspectors" in file.read_text()


def test_what_is_not_there_any_more_is_told_and_nothing_written(desk: Workspace, file: Path) -> None:
    finding = found(desk, "doubled-words")
    for text in (ISSUE.replace("the\n      the", "the"), ISSUE.replace("id: welcome", "id: hello")):
        file.write_text(text)
        with pytest.raises(ConflictError):
            mend(desk, "2025-11", finding, by="Ann")
        assert file.read_text() == text


def test_a_finding_that_suggests_nothing_is_for_a_person(desk: Workspace, file: Path) -> None:
    with pytest.raises(ConflictError, match="edit the text"):
        mend(desk, "2025-11", found(desk, "acronyms"), by="Ann")
    assert file.read_text() == ISSUE


def test_not_this_time_is_a_waiver_with_name_and_reason(desk: Workspace, file: Path) -> None:
    waive(desk, "2025-11", "acronyms", by="Ann  Approver", reason="All readers know it.")
    waive(desk, "2025-11", "acronyms", by="Ben", reason="So they do.")
    waiver = found(desk, "acronyms").waiver
    assert waiver is not None
    assert (waiver.by, waiver.reason) == ("Ben", "So they do.")
    assert file.read_text().startswith(ISSUE)


@pytest.mark.parametrize(("by", "reason"), [("", "It is right."), ("Ann", " ")])
def test_a_waiver_without_name_or_reason_is_refused(desk: Workspace, file: Path, by: str, reason: str) -> None:
    with pytest.raises(InputError):
        waive(desk, "2025-11", "acronyms", by=by, reason=reason)
    assert file.read_text() == ISSUE


def test_never_for_this_word(desk: Workspace, file: Path) -> None:  # noqa: ARG001
    assert learn(desk, found(desk, "acronyms").word)
    assert not learn(desk, "abcd")
    fresh = load_workspace(desk.root, {})
    findings = look_over(fresh, fresh.load_issue("2025-11")).findings
    assert "acronyms" not in {finding.rule for finding in findings}
    assert (desk.root / "words.txt").read_text() == "ABCD\n"


@pytest.mark.parametrize("word", ["", "# no", "x" * 100])
def test_what_is_no_word_is_not_learnt(desk: Workspace, word: str) -> None:
    with pytest.raises(InputError):
        learn(desk, word)
    assert not (desk.root / "words.txt").exists()
