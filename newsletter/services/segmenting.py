"""Segments looked at before they are used: how many people one picks now, and some of them to see that it is right."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.backends.utils import CursorWrapper

from newsletter.models import Subscriber
from newsletter.services.audience import segments_of
from newsletter.services.conditions import Conditions
from newsletter.services.headcounts import count_subscribed, subscribed_by_kind
from newsletter.subscribers.segments import Segment
from newsletter.workspace import Workspace

_PICKED = "FROM newsletter_subscriber WHERE {status} AND in_segment(body, nation, language, tags, {answers})"
# In the order of a number that was drawn by chance, which is as good as drawn from a hat. People are looked at one by
# one until enough are found; the concatenation keeps the planner from sorting all who are subscribed instead.
_SAMPLE = f"SELECT id {_PICKED} ORDER BY public_id LIMIT %(most)s"
_LONG = 20_000  # people; a longer list is not walked for a page that shows all segments


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Whom a segment picks now."""

    segment: Segment
    count: int | None  # people who are subscribed; whoever pauses is among them. None: it would take a walk, not made
    subscribed: int  # of how many
    sample: tuple[Subscriber, ...] = ()  # picked by chance, the same ones each time


def preview_segment(workspace: Workspace, name: str, *, sample: int = 10) -> Preview:
    """Look at one segment. Raises InputError where there is none of this name."""
    segment = segments_of(workspace).called(name)
    conditions = Conditions(workspace, [segment])
    with _asking(segment, conditions) as cursor:
        count = _count(cursor, segment, conditions)
        people = _drawn(cursor, conditions, min(sample, count))
    return Preview(segment=segment, count=count, subscribed=count_subscribed(), sample=people)


def preview_segments(workspace: Workspace, *, walk: bool = True) -> list[Preview]:
    """Look at all of them, without samples. Without `walk` a long list is not walked for those that ask about each
    reader singly; the others are counted at once, however long it is."""
    subscribed = count_subscribed()
    found = []
    for segment in segments_of(workspace).values():
        conditions = Conditions(workspace, [segment])
        is_counted = walk or not segment.conditions or subscribed <= _LONG
        with _asking(segment, conditions) as cursor:
            count = _count(cursor, segment, conditions) if is_counted else None
        found.append(Preview(segment=segment, count=count, subscribed=subscribed))
    return found


def _count(cursor: CursorWrapper, segment: Segment, conditions: Conditions) -> int:
    """Of kinds of people it is known how many there are; what only each reader's own row tells is asked of each."""
    if not segment.conditions:
        facts = ((conditions.facts(*kind, 0), people) for kind, people in subscribed_by_kind())
        return sum(people for one, people in facts if segment.matches(one))
    picked = _PICKED.format(status="status = 'subscribed'", answers=conditions.sql)
    return int(cursor.execute(f"SELECT count(*) {picked}", conditions.values).fetchone()[0])


def _drawn(cursor: CursorWrapper, conditions: Conditions, most: int) -> tuple[Subscriber, ...]:
    asked = _SAMPLE.format(status="status || '' = 'subscribed'", answers=conditions.sql)
    rows = cursor.execute(asked, {**conditions.values, "most": most}).fetchall() if most else []
    people = Subscriber.objects.in_bulk([pk for (pk,) in rows])
    return tuple(people[pk] for (pk,) in rows)


@contextmanager
def _asking(segment: Segment, conditions: Conditions) -> Iterator[CursorWrapper]:
    @lru_cache(4096)
    def picks(body: str, nation: str, language: str, tags: str, answers: int) -> bool:
        return segment.matches(conditions.facts(body, nation, language, tags, answers))

    with connection.cursor() as cursor:
        connection.connection.create_function("in_segment", 5, picks, deterministic=True)
        yield cursor
