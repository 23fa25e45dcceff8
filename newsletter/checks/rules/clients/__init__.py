"""What an e-mail developer would find: what mail programs do to the mail. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.clients import rendering, size

RULES: tuple[Rule, ...] = (
    rendering.RULE,
    size.RULE,
)
