"""No rule of words takes time without end over a text that nobody would write."""

import time

import pytest
from cases import context_of

from newsletter.checks.registry import RULES
from newsletter.checks.rule import Rule, Sight
from newsletter.checks.runner import run_checks

TEXTS = ("x" * 60_000, "the " * 4_000, "x@" * 20_000, "Aa" * 20_000)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.looks_at is Sight.SOURCE], ids=lambda rule: rule.id)
def test_a_text_without_end_is_looked_at_within_a_second(rule: Rule) -> None:
    contexts = [context_of({"text": text, "spelling": {"en": {}}, "people": []}) for text in TEXTS]
    begun = time.process_time()
    for context in contexts:
        run_checks(context, [rule])
    assert time.process_time() - begun < 4
