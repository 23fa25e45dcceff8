"""What a postmaster would find in the finished mail. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.delivery import html_remote, text_part

RULES: tuple[Rule, ...] = (
    text_part.RULE,
    html_remote.RULE,
)
