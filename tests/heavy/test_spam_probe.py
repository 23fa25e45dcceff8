"""SpamAssassin asked by the probe that checks use: scores and reasons that can be read."""

from collections.abc import Callable

import pytest
from sample_copies import Copy

from newsletter.services.building import sample_message
from newsletter.services.probes.spam import ask_spamassassin

pytestmark = pytest.mark.heavy

SPAM = b"Subject: VIAGRA CHEAP!!! 100% FREE\r\n\r\nDear friend, click here to claim $1,000,000\r\n"


@pytest.fixture(autouse=True)
def part(require: Callable[[str], str]) -> None:
    """SpamAssassin itself."""
    require("spamassassin")


def test_no_sample_is_near_spam(copies: list[Copy]) -> None:
    facts = ask_spamassassin(sample_message(copy.view.issue, copy.workspace.theme, copy.rendered) for copy in copies)
    assert facts is not None
    assert all(fact.score < 1 < fact.required for fact in facts)


def test_reasons_are_told_with_their_points_and_in_words() -> None:
    facts = ask_spamassassin([SPAM])
    assert facts is not None
    (fact,) = facts
    reasons = {rule.name: rule for rule in fact.rules}
    assert reasons["MISSING_FROM"].points >= 1
    assert "From" in reasons["MISSING_FROM"].says
    assert round(sum(rule.points for rule in fact.rules), 1) == pytest.approx(fact.score, abs=0.5)
