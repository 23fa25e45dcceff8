"""Where links lead. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.links import (
    draft_links,
    link_targets,
    malformed_links,
    personal_links,
    tracking_links,
    unreachable_links,
)

RULES: tuple[Rule, ...] = (
    malformed_links.RULE,
    link_targets.RULE,
    tracking_links.RULE,
    draft_links.RULE,
    personal_links.RULE,
    unreachable_links.RULE,
)
