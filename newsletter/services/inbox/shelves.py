"""The queue as people see it: replies and what came by the pages in one list, what must reach a person first of all.

Three shelves: what waits, what is dealt with, what was put away by itself. Each can be looked through by sort.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from newsletter.models import Act, QueueItem, QueueKind, QueueState, Reply, ReplyState
from newsletter.replies.verdict import Flag, Intent

_NOTHING = Q(pk__in=())
_FLAGGED = ~Q(flags=[])
_AWAY = Q(act=Act.PUT_AWAY)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One of the three lists."""

    words: str
    replies: Q
    items: Q


SHELVES: Mapping[str, Shelf] = {
    "waiting": Shelf(
        words="Waiting",
        replies=Q(state__in=(ReplyState.WAITING, ReplyState.CLASSIFIED, ReplyState.QUARANTINED)) & ~_AWAY,
        # What came by a reply that is dealt with: news that was filed, and waits for its issue.
        items=Q(state=QueueState.WAITING) & (Q(reply=None) | Q(reply__state=ReplyState.DONE)),
    ),
    "done": Shelf(
        words="Dealt with",
        replies=Q(state=ReplyState.DONE) & ~_AWAY & ~Q(kind=""),
        items=Q(state=QueueState.DONE, reply=None),
    ),
    "away": Shelf(words="Put away", replies=_AWAY, items=_NOTHING),
}


@dataclass(frozen=True, kw_only=True)
class Sort:
    """What one may look for alone."""

    words: str
    replies: Q
    items: Q = _NOTHING


def _meaning(*intents: Intent) -> Q:
    return Q(intent__in=intents)


SORTS: Mapping[str, Sort] = {
    "urgent": Sort(words="Must reach a person", replies=_FLAGGED),
    "join": Sort(words="Want to join", replies=_meaning(Intent.SUBSCRIBE_SELF, Intent.SUBSCRIBE_OTHER)),
    "leave": Sort(words="Want to leave", replies=_meaning(Intent.UNSUBSCRIBE)),
    "moved": Sort(words="Moved or left", replies=_meaning(Intent.CHANGE_ADDRESS, Intent.LEFT_POST)),
    "news": Sort(words="For an issue", replies=_meaning(Intent.CONTRIBUTION), items=Q(kind=QueueKind.NEWS)),
    "feedback": Sort(words="Feedback", replies=_meaning(Intent.FEEDBACK), items=Q(kind=QueueKind.FEEDBACK)),
    "question": Sort(words="Questions", replies=_meaning(Intent.QUESTION), items=Q(kind=QueueKind.QUESTION)),
    "unsure": Sort(words="Not sure", replies=_meaning(Intent.AMBIGUOUS, Intent.FORWARD_ONLY) & Q(flags=[])),
    "other": Sort(
        words="Everything else",
        replies=_meaning(Intent.SPAM) | Q(intent=""),
        items=Q(kind__in=(QueueKind.ALERT, QueueKind.REPLY)),
    ),
}


Row = tuple[int, int, int, datetime]  # number, 1 for a reply, rank, moment


def places(shelf: str, sort: str = "") -> QuerySet[Reply, Row]:
    """Number, whether it is a reply, rank and moment of all that is there, newest first; what waits by rank.

    One query however long the list is, so a page of it can be cut out.
    """
    where = SHELVES[shelf]
    replies, items = Reply.objects.filter(where.replies), QueueItem.objects.filter(where.items)
    if sort:
        replies, items = replies.filter(SORTS[sort].replies), items.filter(SORTS[sort].items)
    first = (
        replies.annotate(is_reply=Value(1), rank=_rank())
        .order_by()
        .values_list("pk", "is_reply", "rank", "at", named=False)
    )
    second = (
        items.annotate(is_reply=Value(0), rank=Value(_WAITING))
        .order_by()
        .values_list("pk", "is_reply", "rank", "at", named=False)
    )
    order = ("rank", "-at", "-pk") if shelf == "waiting" else ("-at", "-pk")
    return first.union(second, all=True).order_by(*order)


_WELFARE, _URGENT, _WAITING, _LEFT_ALONE = range(4)


def _rank() -> Case:
    """Somebody in danger before all else; what was read while the inbox only watches after what waits."""
    return Case(
        When(flags__0=Flag.WELFARE_CONCERN.value, then=Value(_WELFARE)),  # flags stand in the order of their list
        When(_FLAGGED, then=Value(_URGENT)),
        When(state=ReplyState.WAITING, then=Value(_WAITING)),
        default=Value(_LEFT_ALONE),
        output_field=IntegerField(),
    )


def counts(shelf: str) -> dict[str, int]:
    """How many of each sort are on a shelf; those of which there are none are left out.

    Only what waits is counted: years of what was dealt with are not looked through for a number.
    """
    if shelf != "waiting":
        return {}
    found = {name: places(shelf, name).count() for name in SORTS}
    return {name: count for name, count in found.items() if count}


def found_at(rows: Sequence[Row]) -> list[Reply | QueueItem]:
    """The rows of a page, in its order."""
    replies = Reply.objects.in_bulk([number for number, is_reply, *_ in rows if is_reply])
    items = QueueItem.objects.select_related("user", "reply").in_bulk([row[0] for row in rows if not row[1]])
    return [replies[number] if is_reply else items[number] for number, is_reply, *_ in rows]
