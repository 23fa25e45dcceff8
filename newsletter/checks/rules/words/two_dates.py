"""One event that two places of an issue tell with different days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot
from newsletter.checks.typed_dates import DAYS, MONTHS, plain, typed_dates
from newsletter.checks.vocabulary import sentences_in

_KINDS = re.compile(
    r"\b(conference|meeting|seminar|webinar|workshop|training|session|drop-in|launch|ceremony|AGM|forum|roundtable|"
    r"course|visit|consultation|reception|lecture|summit)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w&]*(?:-[A-Z]\w+)*")
_NOT_NAMES = {*(day.capitalize() for day in DAYS), *(month.capitalize() for month in MONTHS), "I", "We", "The", "Our"}


@dataclass(frozen=True, kw_only=True)
class _Told:
    """One sentence that tells one event with one day."""

    kind: str
    names: frozenset[str]
    days: frozenset[date]
    words: str
    spot: Spot


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare each telling with those before it, the events' own fields first."""
    before: list[_Told] = list(_events(context))
    for passage in context.passages:
        for sentence in sentences_in(passage.text):
            for told in _tellings(sentence, passage, context.issue.date):
                other = next((one for one in before if _same_event(one, told) and not one.days & told.days), None)
                if other:
                    message = f"'{told.words}' here, and '{other.words}' elsewhere, for what seems the same {told.kind}"
                    yield Fault(message=message, spot=told.spot, quote=told.words)
                before.append(told)


def _events(context: CheckContext) -> Iterator[_Told]:
    for number, event in enumerate(context.issue.events):
        length = ((event.until or event.date) - event.date).days
        days = frozenset(event.date + timedelta(days=days) for days in range(length + 1))
        spot = Spot(location=("events", number), section=event.id)
        for kind in _kinds(event.title):
            names = _names(f". {event.title}"[1:])
            yield _Told(kind=kind, names=names, days=days, words=plain(event.date), spot=spot)


def _tellings(sentence: str, passage: Passage, published: date) -> Iterator[_Told]:
    dates = list(typed_dates(sentence, passage.language, published))
    kinds = _kinds(sentence)
    # Two days or two kinds in a sentence may be two events; what is over is told as it was.
    if len(dates) == len(kinds) == 1 and dates[0].day >= published:
        typed = dates[0]
        yield _Told(
            kind=kinds.pop(), names=_names(sentence), days=frozenset({typed.day}), words=typed.words, spot=passage.spot
        )


def _kinds(text: str) -> set[str]:
    """What kinds of event a text speaks of; in "Custody Forum meeting" the Forum is part of the name."""
    found = _KINDS.findall(text)
    return {kind for kind in found if kind.islower()} or {kind.casefold() for kind in found}


def _names(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text)) - _NOT_NAMES


def _same_event(one: _Told, other: _Told) -> bool:
    """Of one kind, and all the names of one are names of the other."""
    few, many = sorted((one.names, other.names), key=len)
    return one.kind == other.kind and len(few) > 1 and few <= many


RULE = Rule(
    id="two-dates",
    title="One event, two dates",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="An editor mends the day in the list and forgets the letter; readers then come on two days.",
    remedy="Find out which is right; write the event once under events and use <event:ID>.",
    look=look,
)
