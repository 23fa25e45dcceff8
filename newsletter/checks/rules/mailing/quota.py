"""A mailing that the day's quota does not suffice for."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.content.wording import about


def look(context: CheckContext) -> Iterator[Fault]:
    """Tell how many go today, and how long all take."""
    mailing = context.mailing
    if mailing and mailing.per_day and mailing.today < mailing.chosen:
        message = (
            f"{mailing.today:,} of {mailing.chosen:,} can leave within a day, for the quota is {mailing.per_day:,}"
        )
        yield Fault(message=message)
    if mailing and mailing.seconds > _LONG:
        yield Fault(message=f"the last one leaves after {about(mailing.seconds)}", severity=Severity.NOTES)


_LONG = 6 * 3600  # seconds


RULE = Rule(
    id="quota",
    title="How long it takes",
    severity=Severity.WARNS,
    looks_at=Sight.MAILING,
    why="Providers stop a sender at its quota; news of the day is old when the last copy leaves.",
    remedy="Begin a day earlier, or ask the provider for more.",
    look=look,
    needs=("mailing",),
)
