"""What a report says beyond one mailing's sum: where mail came back, who came and went, and how it was before.

Only numbers, and small groups are told together: "one person at a body of twelve" is a name to whoever knows them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from newsletter.models import ConsentEvent, ConsentRecord, Mailing
from newsletter.services.append_order import first_after
from newsletter.services.modes import is_practice
from newsletter.services.planning import COPY
from newsletter.services.receipts import Receipt, receipt_at_a_glance
from newsletter.services.returned_mail import CameBack
from newsletter.workspace import Workspace

SMALL = 5  # people; groups below it are not told apart
_JOINS = (ConsentEvent.CONFIRMED, ConsentEvent.IMPORTED, ConsentEvent.ADDED, ConsentEvent.RETURNED)
_LEAVES = (ConsentEvent.LEFT, ConsentEvent.STOPPED, ConsentEvent.BOUNCED, ConsentEvent.COMPLAINED)


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Counts of people by body or domain, the largest first."""

    told: tuple[tuple[str, int], ...]
    small: int  # people in groups below SMALL, all together

    @property
    def total(self) -> int:
        """All people in them."""
        return sum(count for _name, count in self.told) + self.small


@dataclass(frozen=True, kw_only=True)
class Movements:
    """Who came and went between two moments, by what happened to their subscription."""

    joined: int
    left: int


@dataclass(frozen=True, kw_only=True)
class Point:
    """One mailing in a row of several."""

    mailing: Mailing
    receipt: Receipt
    movements: Movements  # from this mailing to the next, or until now


@dataclass(frozen=True, kw_only=True)
class SentBack:
    """Readers whom a mailing did not reach, at once or later; whoever was erased since is not among them."""

    by_body: Groups
    by_domain: Groups  # of their addresses


def sent_back(workspace: Workspace, returned: Iterable[CameBack]) -> SentBack:
    """How many of each body's readers it came back from, and of each domain's."""
    names = {body.id: body.name for body in workspace.bodies.values()}
    people = [one for one in returned if one.address]
    return SentBack(
        by_body=_groups(names.get(one.body, one.body) or "no body" for one in people),
        by_domain=_groups(one.address.rpartition("@")[2] for one in people),
    )


def _groups(names: Iterable[str]) -> Groups:
    counted = Counter(names).most_common()
    return Groups(
        told=tuple((name, count) for name, count in counted if count >= SMALL),
        small=sum(count for _name, count in counted if count < SMALL),
    )


def movements(since: datetime, until: datetime | None = None) -> Movements:
    """Who came and went. The records are found by their order in time, so that their number does not matter."""
    return _movements(first_after(ConsentRecord, since), first_after(ConsentRecord, until) if until else None)


def _movements(first: int, after: int | None) -> Movements:
    records = ConsentRecord.objects.filter(pk__gte=first, event__in=(*_JOINS, *_LEAVES))
    records = records if after is None else records.filter(pk__lt=after)
    counted = dict(records.values_list("event").annotate(Count("pk")).order_by())
    return Movements(
        joined=sum(counted.get(event, 0) for event in _JOINS), left=sum(counted.get(event, 0) for event in _LEAVES)
    )


def trend(workspace: Workspace, *, most: int = 12) -> list[Point]:
    """The latest mailings to everybody, the oldest first; copies and corrections are left out."""
    went = Mailing.objects.filter(
        started_at__isnull=False, practice=is_practice(workspace), segment="", corrects=None
    ).exclude(reason__startswith=COPY)
    mailings = list(went.select_related("edition").order_by("-pk")[:most])[::-1]
    begun = [first_after(ConsentRecord, mailing.started_at or mailing.planned_at) for mailing in mailings]
    return [
        Point(mailing=mailing, receipt=receipt_at_a_glance(mailing), movements=_movements(first, after))
        for mailing, first, after in zip(mailings, begun, [*begun[1:], None], strict=False)
    ]
