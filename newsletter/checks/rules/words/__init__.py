"""What a careful editor would find: wording, dates, names and stopgaps. Findings are told in this order."""

from newsletter.checks.rule import Rule
from newsletter.checks.rules.words import (
    link_texts,
    merge_fields,
    past_events,
    placeholders,
    relative_dates,
    subject,
    weekdays,
)

RULES: tuple[Rule, ...] = (
    subject.RULE,
    placeholders.RULE,
    merge_fields.RULE,
    weekdays.RULE,
    relative_dates.RULE,
    past_events.RULE,
    link_texts.RULE,
)
