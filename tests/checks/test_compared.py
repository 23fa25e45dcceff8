"""docs/checks-compared.md says what this program finds in one faulty issue; here it is looked for."""

import re
from pathlib import Path

import pytest

from newsletter.bundle import bundle_root
from newsletter.checks import Report
from newsletter.checks.registry import RULES
from newsletter.services.checking import look_over
from newsletter.workspace import load_workspace

PAGE = bundle_root() / "docs" / "checks-compared.md"
ROWS = re.findall(r"^\| (.+?) \| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def report() -> Report:
    """What is found in the faulty issue."""
    workspace = load_workspace(Path(__file__).parent / "faulty", {})
    return look_over(workspace, workspace.load_issue("faulty"))


@pytest.mark.parametrize(("fault", "rule"), ROWS)
def test_each_fault_of_the_table_is_found_by_the_rule_named(fault: str, rule: str, report: Report) -> None:
    if rule in {absent.id for absent in report.not_run}:
        pytest.skip(f"{rule} lacks its part, such as the dictionary hunspell-en-gb")
    assert rule in {finding.rule for finding in report.findings}, fault


def test_nothing_else_is_found_that_the_table_does_not_name(report: Report) -> None:
    assert {finding.rule for finding in report.findings} <= {rule for _, rule in ROWS}


def test_the_table_names_rules_that_there_are() -> None:
    assert {rule for _, rule in ROWS} <= {rule.id for rule in RULES}
    assert len(ROWS) > 20
