"""The queue as people see it: replies and what came by the pages in one list, what must reach a person first of all.

Three shelves: what waits, what is dealt with, what was put away by itself. Each can be looked through by sort.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from newsletter.models import Act, QueueItem, QueueKind, QueueState, Reply, ReplyState
from newsletter.replies.verdict import Flag, Intent

_FLAGGED = ~Q(flags=[])
_AWAY = Q(act=Act.PUT_AWAY)


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One of the three lists."""

    words: str
    replies: Q
    items: tuple[Q, ...] = ()  # each looked for by itself


SHELVES: Mapping[str, Shelf] = {
    "waiting": Shelf(
        words="Waiting",
        replies=Q(state__in=(ReplyState.WAITING, ReplyState.CLASSIFIED, ReplyState.QUARANTINED)) & ~_AWAY,
        # Every reply that waits has an item too; of those dealt with only news: it was filed and waits for its issue.
        items=(
            Q(state=QueueState.WAITING, reply=None),
            Q(state=QueueState.WAITING, kind=QueueKind.NEWS, reply__state=ReplyState.DONE),
        ),
    ),
    "done": Shelf(
        words="Dealt with",
        replies=Q(state=ReplyState.DONE) & ~_AWAY & ~Q(kind=""),
        items=(Q(state=QueueState.DONE, reply=None),),
    ),
    "away": Shelf(words="Put away", replies=_AWAY),
}


@dataclass(frozen=True, kw_only=True)
class Sort:
    """What one may look for alone."""

    words: str
    intents: Collection[str] = ()  # of replies; none given: any
    is_flagged: bool | None = None  # whether they must reach a person; None: either way
    kinds: Collection[str] = ()  # of what came by the pages

    @property
    def replies(self) -> Q:
        """These replies."""
        flags = {None: Q(), True: _FLAGGED, False: ~_FLAGGED}[self.is_flagged]
        return flags & (Q(intent__in=self.intents) if self.intents else Q())

    @property
    def items(self) -> Q:
        """These items."""
        return Q(kind__in=self.kinds)

    def holds(self, intent: str, *, is_flagged: bool) -> bool:
        """Whether a reply is of this sort."""
        return (not self.intents or intent in self.intents) and self.is_flagged in (None, is_flagged)


SORTS: Mapping[str, Sort] = {
    "urgent": Sort(words="Must reach a person", is_flagged=True),
    "join": Sort(words="Want to join", intents=(Intent.SUBSCRIBE_SELF, Intent.SUBSCRIBE_OTHER)),
    "leave": Sort(words="Want to leave", intents=(Intent.UNSUBSCRIBE,)),
    "moved": Sort(words="Moved or left", intents=(Intent.CHANGE_ADDRESS, Intent.LEFT_POST)),
    "news": Sort(words="For an issue", intents=(Intent.CONTRIBUTION,), kinds=(QueueKind.NEWS,)),
    "feedback": Sort(words="Feedback", intents=(Intent.FEEDBACK,), kinds=(QueueKind.FEEDBACK,)),
    "question": Sort(words="Questions", intents=(Intent.QUESTION,), kinds=(QueueKind.QUESTION,)),
    "unsure": Sort(words="Not sure", intents=(Intent.AMBIGUOUS, Intent.FORWARD_ONLY), is_flagged=False),
    "other": Sort(words="Everything else", intents=(Intent.SPAM, ""), kinds=(QueueKind.ALERT, QueueKind.REPLY)),
}

_ANY = Sort(words="All", kinds=tuple(QueueKind))
_ALL: Mapping[str, Sort] = {"": _ANY, **SORTS}

Row = tuple[int, int, int, datetime]  # number, 1 for a reply, rank, moment


def places(shelf: str, sort: str = "") -> QuerySet[Reply, Row]:
    """Number, whether it is a reply, rank and moment of all that is there, newest first; what waits by rank.

    One query however long the list is, so a page of it can be cut out. It reads nothing but indexes.
    """
    where, only = SHELVES[shelf], _ALL[sort]
    replies = Reply.objects.filter(where.replies, only.replies).alias(text=_TEXT)
    first = replies.annotate(is_reply=Value(1), rank=_rank()).order_by().values_list(*_ROW)
    others = [
        QueueItem.objects.filter(these, only.items)
        .annotate(is_reply=Value(0), rank=Value(_WAITING))
        .order_by()
        .values_list(*_ROW)
        for these in where.items
        if only.kinds
    ]
    order = ("rank", "-at", "-pk") if shelf == "waiting" else ("-at", "-pk")
    found = first.union(*others, all=True) if others else first
    return found.order_by(*order)


_ROW = ("pk", "is_reply", "rank", "at")
_WELFARE, _URGENT, _WAITING, _LEFT_ALONE = range(4)
_TEXT = Cast("flags", TextField())  # they stand in the order of their list; to take JSON apart for each row takes long


def _rank() -> Case:
    """Somebody in danger before all else; what was read while the inbox only watches after what waits."""
    return Case(
        When(text__startswith=f'["{Flag.WELFARE_CONCERN.value}"', then=Value(_WELFARE)),
        When(~Q(text="[]"), then=Value(_URGENT)),
        When(state=ReplyState.WAITING, then=Value(_WAITING)),
        default=Value(_LEFT_ALONE),
        output_field=IntegerField(),
    )


def counts(shelf: str) -> dict[str, int]:
    """How many of each sort are on a shelf, and under "" how many in all; sorts of which there are none are left out.

    Only what waits is counted: years of what was dealt with are not looked through for a number.
    """
    if shelf != "waiting":
        return {}
    where, found = SHELVES[shelf], Counter[str]()
    replies = Reply.objects.filter(where.replies).values_list("intent", "flags").annotate(Count("pk")).order_by()
    for intent, flags, count in replies:
        found.update(dict.fromkeys((name for name in _ALL if _ALL[name].holds(intent, is_flagged=bool(flags))), count))
    for these in where.items:
        for kind, count in QueueItem.objects.filter(these).values_list("kind").annotate(Count("pk")).order_by():
            found.update(dict.fromkeys((name for name in _ALL if kind in _ALL[name].kinds), count))
    return dict(+found)


def found_at(rows: Sequence[Row]) -> list[Reply | QueueItem]:
    """The rows of a page, in its order."""
    replies = Reply.objects.in_bulk([number for number, is_reply, *_ in rows if is_reply])
    items = QueueItem.objects.select_related("user", "reply").in_bulk([row[0] for row in rows if not row[1]])
    return [replies[number] if is_reply else items[number] for number, is_reply, *_ in rows]
