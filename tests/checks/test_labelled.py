"""Every rule against its labelled set: what it must find, and near-misses that it must leave alone.

A set is `labelled/<rule>.yaml`: under `found` and `near`, cases that each say how they differ from a good issue.
"""

from pathlib import Path
from typing import Any

import pytest
from cases import PAGE, context_of
from lxml import html as lxml_html
from ruamel.yaml import YAML

from newsletter.checks.finding import Finding
from newsletter.checks.registry import RULES
from newsletter.checks.runner import RunStatus, run_checks

LABELLED = Path(__file__).parent / "labelled"


def load(name: str) -> dict[str, list[dict[str, Any]]]:
    """The labelled set of a rule."""
    return YAML(typ="safe").load((LABELLED / f"{name}.yaml").read_text(encoding="utf-8"))


def findings_in(name: str, case: dict[str, Any]) -> tuple[Finding, ...]:
    """What the rule of that name says of a case; it must have run."""
    (run,) = run_checks(context_of(case), [rule for rule in RULES if rule.id == name]).runs
    assert run.status is not RunStatus.NOT_RUN
    return run.findings


def cases(kind: str) -> list[Any]:
    """All labelled cases of one kind, named by rule and number."""
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{number}")
        for path in sorted(LABELLED.glob("*.yaml"))
        for number, case in enumerate(load(path.stem)[kind])
    ]


@pytest.mark.parametrize(("name", "case"), cases("found"))
def test_what_must_be_found_is_found(name: str, case: dict[str, Any]) -> None:
    found = findings_in(name, case)
    assert any(case["says"] in finding.message for finding in found), found
    if "severity" in case:
        assert {str(finding.severity) for finding in found} == {case["severity"]}


@pytest.mark.parametrize(("name", "case"), cases("near"))
def test_a_near_miss_is_left_alone(name: str, case: dict[str, Any]) -> None:
    assert findings_in(name, case) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_three_cases_of_each_kind(rule: Any) -> None:
    labelled = load(rule.id)
    assert set(labelled) == {"found", "near"}
    assert min(len(labelled["found"]), len(labelled["near"])) >= 3


def test_the_good_page_parses_as_one_document() -> None:
    assert lxml_html.document_fromstring(PAGE.format("")).findtext(".//h1") == "Bulletin"
