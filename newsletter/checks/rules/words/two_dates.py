"""One event that two places of an issue tell with different days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import Match, SequenceMatcher

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot
from newsletter.checks.typed_dates import DAYS, MONTHS, plain, typed_dates
from newsletter.checks.vocabulary import sentences_in

_KINDS = re.compile(
    r"\b(conference|meeting|seminar|webinar|workshop|training|session|drop-in|launch|ceremony|AGM|forum|roundtable|"
    r"course|visit|consultation|reception|lecture|summit|school|briefing|induction|open day|exhibition|festival)\b",
    re.IGNORECASE,
)
_FEW = 2  # words that say something; with more of them in a row, two sentences speak of the same
_PLAIN = frozenset(("the", "a", "an", "our", "for", "of", "to", "in", "on", "at", "and", "is", "will", "be", "their"))
_SEVERAL = frozenset(("first", "second", "third", "another", "each", "every", "next", "further", "other", "again"))
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
    sentence: tuple[str, ...] = ()  # its words, folded


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
            kind=kinds.pop(),
            names=_names(sentence),
            days=frozenset({typed.day}),
            words=typed.words,
            spot=passage.spot,
            sentence=tuple(re.findall(r"[\w-]+", sentence.casefold())),
        )


def _kinds(text: str) -> set[str]:
    """What kinds of event a text speaks of; in "Custody Forum meeting" the Forum is part of the name."""
    found = _KINDS.findall(text)
    return {kind for kind in found if kind.islower()} or {kind.casefold() for kind in found}


def _names(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text)) - _NOT_NAMES


def _same_event(one: _Told, other: _Told) -> bool:
    """Of one kind, and all the names of one are names of the other, or both call it by the same words."""
    few, many = sorted((one.names, other.names), key=len)
    return one.kind == other.kind and ((len(few) > 1 and few <= many) or _same_words(one, other))


def _same_words(one: _Told, other: _Told) -> bool:
    """Whether a few words around the kind are the same, and none of them says that there are several."""
    if {*one.sentence, *other.sentence} & _SEVERAL:
        return False
    matched = SequenceMatcher(None, one.sentence, other.sentence, autojunk=False).get_matching_blocks()
    for run in matched:
        words = set(one.sentence[run.a : run.a + run.size]) - _PLAIN
        if len(words) > _FEW and one.kind.casefold() in words and not _named_apart(one, other, run):
            return True
    return False


def _named_apart(one: _Told, other: _Told, run: Match) -> bool:
    """The Leeds course for beginners is not the York one, nor the course for beginners in York."""
    ours, theirs = _beside(one, run.a, run.size), _beside(other, run.b, run.size)
    return bool(ours and theirs and not ours & theirs)


def _beside(told: _Told, start: int, size: int) -> set[str]:
    beside = {*told.sentence[max(start - 1, 0) : start], *told.sentence[start + size : start + size + 2]}
    return beside & {name.casefold() for name in told.names}


RULE = Rule(
    id="two-dates",
    title="One event, two dates",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="An editor mends the day in the list and forgets the letter; readers then come on two days.",
    remedy="Find out which is right; write the event once under events and use <event:ID>.",
    look=look,
)
