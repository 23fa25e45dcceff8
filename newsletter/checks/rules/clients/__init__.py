"""What an e-mail developer would find: what mail programs do to the mail. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.clients import (
    client_support,
    dark_mode,
    image_weight,
    images_off,
    link_count,
    outlook,
    rendering,
    size,
    styles_stripped,
)

RULES: tuple[Rule, ...] = (
    rendering.RULE,
    size.RULE,
    client_support.RULE,
    outlook.RULE,
    images_off.RULE,
    styles_stripped.RULE,
    dark_mode.RULE,
    image_weight.RULE,
    link_count.RULE,
)
