"""What a postmaster would find in the finished mail. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.delivery import (
    forward_safe,
    header_lines,
    html_remote,
    list_headers,
    message_size,
    mime_structure,
    spam_score,
    text_part,
)

RULES: tuple[Rule, ...] = (
    mime_structure.RULE,
    header_lines.RULE,
    list_headers.RULE,
    message_size.RULE,
    text_part.RULE,
    html_remote.RULE,
    forward_safe.RULE,
    spam_score.RULE,
)
