"""What a workspace says about its checks: how grave a rule is, which words are right."""

from pathlib import Path

import pytest

from newsletter.bundle import bundle_root
from newsletter.checks import RunStatus, Severity
from newsletter.errors import InputError
from newsletter.services.checking import look_over
from newsletter.workspace import Workspace, load_workspace

ISSUE = """\
title: Bulletin of November 2025
preheader: A conference, three reports and a letter
date: 2025-11-07
sections:
  - {type: letter, id: welcome, text: "We meet next week, and the ABCD is there.", name: Ana Invented}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with one issue that two rules warn about."""
    (tmp_path / "issues" / "2025-11").mkdir(parents=True)
    (tmp_path / "issues" / "2025-11" / "issue.yaml").write_text(ISSUE)
    (tmp_path / "newsletter.toml").write_text("")
    return tmp_path


def found_in(workspace: Workspace) -> dict[str, Severity]:
    """Rule and gravity of each finding."""
    return {
        finding.rule: finding.severity
        for finding in look_over(workspace, workspace.load_issue("2025-11")).findings
        if finding.severity is not Severity.NOTES
    }


def test_without_settings_a_rule_has_its_own_gravity(root: Path) -> None:
    assert found_in(load_workspace(root, {})) == {"relative-dates": Severity.WARNS, "acronyms": Severity.WARNS}


def test_a_workspace_makes_a_rule_graver_or_switches_it_off(root: Path) -> None:
    (root / "newsletter.toml").write_text('[checks.rules]\nrelative-dates = "blocks"\nacronyms = "off"\n')
    workspace = load_workspace(root, {})
    assert found_in(workspace) == {"relative-dates": Severity.BLOCKS}
    runs = {run.rule.id: run.status for run in look_over(workspace, workspace.load_issue("2025-11")).runs}
    assert runs["acronyms"] is RunStatus.OFF


def test_a_slip_in_the_name_of_a_rule_is_told(root: Path) -> None:
    (root / "newsletter.toml").write_text('[checks.rules]\nacronym = "off"\n')
    workspace = load_workspace(root, {})
    report = look_over(workspace, workspace.load_issue("2025-11"))
    (finding,) = [finding for finding in report.findings if finding.rule == "waivers"]
    assert (finding.file, "did you mean 'acronyms'?" in finding.message) == ("newsletter.toml", True)


def test_a_gravity_that_there_is_not_is_refused_when_settings_are_read(root: Path) -> None:
    (root / "newsletter.toml").write_text('[checks.rules]\nacronyms = "maybe"\n')
    with pytest.raises(InputError):
        load_workspace(root, {})


@pytest.mark.parametrize("home", ["newsletter.toml", "words.txt"])
def test_words_of_the_workspace_are_known(root: Path, home: str) -> None:
    text = '[checks]\nwords = ["ABCD"]\n' if home.endswith("toml") else "# Ours.\nABCD\n\n"
    (root / home).write_text(text)
    assert "acronyms" not in found_in(load_workspace(root, {}))


def test_the_sample_workspace_has_its_own_words() -> None:
    assert "OPCAT" in load_workspace(bundle_root(), {}).checks.words
