"""A typed weekday that is not the weekday of the date beside it."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.typed_dates import DAYS, plain, typed_dates


def look(context: CheckContext) -> Iterator[Fault]:
    """Work out the weekday of every date that is written with one."""
    for passage in context.passages:
        for typed in typed_dates(passage.text, passage.language, context.issue.date):
            if typed.weekday is not None and typed.day.weekday() != typed.weekday:
                message = f"'{typed.words}': {plain(typed.day)} is a {DAYS[typed.day.weekday()].capitalize()}"
                # Without a year the date is the nearest one, which is a guess.
                severity = Severity.BLOCKS if typed.has_year else Severity.WARNS
                yield Fault(message=message, spot=passage.spot, severity=severity, quote=typed.words)


RULE = Rule(
    id="weekdays",
    title="Weekday and date that disagree",
    severity=Severity.BLOCKS,
    looks_at=Sight.SOURCE,
    why="A date and a weekday that disagree send readers to an event on the wrong day.",
    remedy="Mend whichever is wrong, or write <date:2025-11-28> and let the weekday be worked out.",
    look=look,
)
