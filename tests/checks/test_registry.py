"""Tests that read the code base: every file of a rule is registered, named after its id, and says why."""

from pathlib import Path

import pytest

from newsletter.checks import rules
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import RULES
from newsletter.checks.rule import Rule

FILES = {path.stem for path in Path(rules.__path__[0]).rglob("*.py")} - {"__init__"}


def test_every_file_of_a_rule_is_registered_once_under_its_own_name() -> None:
    assert sorted(rule.id.replace("-", "_") for rule in RULES) == sorted(FILES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_why_and_how_to_mend_it(rule: Rule) -> None:
    assert len(rule.why) > 30
    assert rule.remedy.endswith(".")
    assert rule.remedy[0].isupper()
    assert rule.look.__doc__


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_fact_a_rule_needs_is_one_that_a_context_holds(rule: Rule) -> None:
    assert set(rule.needs) <= set(CheckContext.__dataclass_fields__)
