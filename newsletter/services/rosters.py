"""Who is in each part of a receipt, page by page: each page is one short look into the index, however long the list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from newsletter.content.wording import RECEIPT_PARTS, receipt_part
from newsletter.models import SKIP_REASONS, Delivery, DeliveryState, Mailing, Reason

PER_PAGE = 50

_Kind = tuple[str, str, bool]  # state, reason, and whether a time is set for the next try


def _kinds() -> Iterator[tuple[str, _Kind]]:
    for state in DeliveryState.values:
        for reason in ("", *Reason.values):
            if state == DeliveryState.SKIPPED and reason not in SKIP_REASONS:
                continue  # the database has no such row
            for timed in (False, True):
                yield receipt_part(state, reason), (state, reason, timed)


_KINDS: Mapping[str, tuple[_Kind, ...]] = {
    part: tuple(kind for name, kind in _kinds() if name == part) for part in RECEIPT_PARTS
}


@dataclass(frozen=True, kw_only=True)
class Roster:
    """One page of a list."""

    rows: tuple[Delivery, ...]
    after: str  # names the next page; empty on the last one


def roster(mailing: Mailing, part: str, after: str = "") -> Roster:
    """The deliveries of a part, in an order that stays while people leave it; KeyError for a part that is not known."""
    begin, last = _place(after)
    found: list[tuple[int, Delivery]] = []
    for number, kind in enumerate(_KINDS[part]):
        if number >= begin and len(found) <= PER_PAGE:
            rows = _rows(mailing, kind, last if number == begin else 0)[: PER_PAGE + 1 - len(found)]
            found += [(number, row) for row in rows]
    shown = found[:PER_PAGE]
    following = f"{shown[-1][0]}-{shown[-1][1].pk}" if len(found) > PER_PAGE else ""
    return Roster(rows=tuple(row for _, row in shown), after=following)


def _rows(mailing: Mailing, kind: _Kind, last: int) -> QuerySet[Delivery]:
    state, reason, timed = kind
    same = Delivery.objects.filter(mailing=mailing, state=state, reason=reason, next_at__isnull=not timed)
    return same.filter(pk__gt=last).select_related("subscriber").order_by("pk")


def _place(after: str) -> tuple[int, int]:
    """Where a page begins; a name that is none begins at the beginning."""
    number, _, last = after.partition("-")
    is_place = all(part.isascii() and part.isdigit() and len(part) < 19 for part in (number, last))
    return (int(number), int(last)) if is_place else (0, 0)
