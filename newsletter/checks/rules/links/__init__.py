"""Where links lead. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.links import link_targets, personal_links, unreachable_links

RULES: tuple[Rule, ...] = (
    link_targets.RULE,
    personal_links.RULE,
    unreachable_links.RULE,
)
