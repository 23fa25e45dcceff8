"""What is asked of the mailing as a whole, and of its settings. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.mailing import (
    alignment,
    audience,
    personal_data,
    quota,
    signatory,
    unfinished_mailing,
    waivers,
)

RULES: tuple[Rule, ...] = (
    audience.RULE,
    quota.RULE,
    unfinished_mailing.RULE,
    alignment.RULE,
    signatory.RULE,
    personal_data.RULE,
    waivers.RULE,
)
