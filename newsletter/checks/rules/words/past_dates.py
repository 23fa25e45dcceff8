"""A text that invites to a day before the issue appears."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.typed_dates import DAYS, plain, typed_dates
from newsletter.checks.vocabulary import sentences_in

_AHEAD = re.compile(
    r"\b(?:will (?:be|take place|meet|hold|run|start|begin|close|open)|join us|register|book (?:a|your)|sign up|"
    r"deadline|takes place|to be held|upcoming|next meeting|save the date|apply by|closes on|"
    r"(?:are|is) (?:\w+ )?invited|(?:invite|welcome) you|come (?:to|along)|look(?:ing)? forward to)\b"
    # "Reply by 5 May", and not "published by the commission on 5 May".
    rf"|\bby (?=(?:{'|'.join(DAYS)}|the|\d))(?:\w+ )?\d",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"\b(?:was|were|had|ended|took place)\b", re.IGNORECASE)


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for dates before publication in sentences that speak of what is to come."""
    published = context.issue.date
    for passage in context.passages:
        for sentence in sentences_in(passage.text):
            ahead = _AHEAD.search(sentence) and not _BEHIND.search(sentence)
            for typed in typed_dates(sentence, passage.language, published) if ahead else ():
                if typed.day < published and (typed.has_year or (published - typed.day).days < _LIKELY):
                    message = f"'{typed.words}' is before the issue of {plain(published)}, and told as still to come"
                    yield Fault(message=message, spot=passage.spot, quote=typed.words)


_LIKELY = 60  # days; a date without a year that is further back more likely means next year's


RULE = Rule(
    id="past-dates",
    title="Invitations to a day that is over",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Texts wait in drafts, and the day that they invite to goes by.",
    remedy="Mend the date, or tell how it went.",
    look=look,
)
