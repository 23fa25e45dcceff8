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
from newsletter.subscribers.segments import Segment
from newsletter.workspace import Workspace

_PICKED = (
    "FROM newsletter_subscriber WHERE status = 'subscribed' AND in_segment(body, nation, language, tags, {answers})"
)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Whom a segment picks now."""

    segment: Segment
    count: int  # people who are subscribed; whoever pauses is among them
    subscribed: int  # of how many
    sample: tuple[Subscriber, ...]  # picked by chance, the same ones each time


def preview_segment(workspace: Workspace, name: str, *, sample: int = 10) -> Preview:
    """Look at one segment. Raises InputError where there is none of this name."""
    return _preview(workspace, segments_of(workspace).called(name), sample)


def preview_segments(workspace: Workspace) -> list[Preview]:
    """Look at all of them, without samples."""
    return [_preview(workspace, segment, 0) for segment in segments_of(workspace).values()]


def _preview(workspace: Workspace, segment: Segment, sample: int) -> Preview:
    conditions = Conditions(workspace, [segment])
    picked, values = _PICKED.format(answers=conditions.sql), {**conditions.values, "most": sample}
    with _asking(segment, conditions) as cursor:
        count = cursor.execute(f"SELECT count(*) {picked}", values).fetchone()[0]
        # The public id is a random number, so the first ones by it are as good as drawn from a hat.
        rows = cursor.execute(f"SELECT id {picked} ORDER BY public_id LIMIT %(most)s", values).fetchall()
    people = Subscriber.objects.in_bulk([pk for (pk,) in rows])
    return Preview(
        segment=segment,
        count=count,
        subscribed=Subscriber.objects.filter(status="subscribed").count(),
        sample=tuple(people[pk] for (pk,) in rows),
    )


@contextmanager
def _asking(segment: Segment, conditions: Conditions) -> Iterator[CursorWrapper]:
    @lru_cache(4096)
    def picks(body: str, nation: str, language: str, tags: str, answers: int) -> bool:
        return segment.matches(conditions.facts(body, nation, language, tags, answers))

    with connection.cursor() as cursor:
        connection.connection.create_function("in_segment", 5, picks, deterministic=True)
        yield cursor
