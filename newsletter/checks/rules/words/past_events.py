"""Events that are over before readers hear of them."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare each event's last day with the day of publication, and with today where that is known and later."""
    published = context.issue.date
    for number, event in enumerate(context.issue.events):
        last = event.until or event.date
        field = "until" if event.until else "date"
        spot = Spot(location=("events", number, field), section=event.id)
        if last < published:
            yield Fault(message=f"'{event.title}' was over on {last}, before the issue of {published}", spot=spot)
        elif context.today and last < context.today:
            yield Fault(message=f"'{event.title}' was over on {last}", spot=spot)


RULE = Rule(
    id="past-events",
    title="Events that are over",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="An invitation to something that is over is the commonest correction that newsletters send out.",
    remedy="Mend the date, or tell in a text how it went and take the event out.",
    look=look,
)
