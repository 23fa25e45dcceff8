"""What is asked of the mailing as a whole, and of its settings. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.mailing import waivers

RULES: tuple[Rule, ...] = (waivers.RULE,)
