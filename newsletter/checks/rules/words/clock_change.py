"""Times without a zone on the other side of a clock change than the day of reading."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot
from newsletter.checks.typed_dates import typed_dates
from newsletter.checks.vocabulary import sentences_in

_CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm)\b|\b\d{1,2}:\d\d\b|\bmidday\b|\bnoon\b", re.IGNORECASE)
_ZONE = re.compile(
    r"\b(?:GMT|BST|UTC|CET|CEST|UK time|Irish time|local time|London time|British Summer Time)\b|amser", re.IGNORECASE
)
_NEAR = 3  # days from the change in which people still get it wrong


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare the clock of each day told with a time with that of the day of publication."""
    zone = ZoneInfo(context.theme.publication.timezone if context.theme else "Europe/London")
    published = context.issue.date
    for number, event in enumerate(context.issue.events):
        told = f"{event.place} {event.text}"
        if event.starts and not _ZONE.search(told):
            spot = Spot(location=("events", number, "starts"), section=event.id)
            yield from _faults(f"'{event.title}' at {event.starts:%H:%M}", event.date, published, zone, spot)
    for passage in context.passages:
        for sentence in sentences_in(passage.text):
            clock = _CLOCK.search(sentence)
            dates = list(typed_dates(sentence, passage.language, published))
            if clock and dates and not _ZONE.search(sentence) and "event:" not in sentence:
                yield from _faults(f"'{clock[0]}' on {dates[0].words}", dates[0].day, published, zone, passage.spot)


def _faults(what: str, day: date, published: date, zone: ZoneInfo, spot: Spot) -> Iterator[Fault]:
    if day > published and _offset(day, zone) != _offset(published, zone):
        near = _offset(day - timedelta(days=_NEAR), zone) != _offset(day, zone)
        severity = Severity.WARNS if near else Severity.NOTES
        when = "just after" if near else "after"
        yield Fault(message=f"{what} is {when} a clock change, and no zone is named", spot=spot, severity=severity)


def _offset(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime.combine(day, time(12), zone).utcoffset()


RULE = Rule(
    id="clock-change",
    title="Times near a clock change",
    severity=Severity.NOTES,
    looks_at=Sight.SOURCE,
    why="Clocks change on the last Sundays of March and October in Europe, on other days elsewhere.",
    remedy="Add the zone, such as 'UK time', to the event's text or place.",
    look=look,
)
