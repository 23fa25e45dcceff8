"""The ledger while a mailing is sent: every change of a delivery's state, and nothing else.

Each change is a compare-and-set inside a short transaction; a row that is no longer what we saw is a normal branch,
because somebody else was first. The order of commits is what makes a crash harmless:

* claim    before the connection is used; a crash afterwards lets the row go back to pending;
* intent   before the first byte of a body that could be accepted; a crash afterwards leaves the row in doubt;
* outcome  before the delivery is left.

`settle` writes outcomes and intents of many connections in one commit, so safety costs one wait for the disk, not two
for each mail. The statements themselves are in `ledger_sql`.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from newsletter.models import (
    OPEN,
    Attempt,
    Delivery,
    DeliveryState,
    Mailing,
    MailingState,
    Reason,
    SubscriberStatus,
)
from newsletter.services import ledger_sql as sql
from newsletter.services.retrying import RetryPolicy
from newsletter.subscribers.addresses import Address
from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater

logger = logging.getLogger(__name__)

LEASE = timedelta(hours=1)  # longer than a batch can take; a worker that outlives it is shut out by its fence

_ACCEPTED, _REFUSED, _DEFERRED, _IN_DOUBT, _CLAIMED, _TRANSMITTING = (
    state.value
    for state in (
        DeliveryState.ACCEPTED,
        DeliveryState.REFUSED,
        DeliveryState.DEFERRED,
        DeliveryState.IN_DOUBT,
        DeliveryState.CLAIMED,
        DeliveryState.TRANSMITTING,
    )
)
_ENDED = tuple(state for state in DeliveryState if state not in (*OPEN, DeliveryState.ACCEPTED))
_REASON_OF_STATUS = {
    SubscriberStatus.BOUNCED: Reason.UNREACHABLE,
    SubscriberStatus.COMPLAINED: Reason.SUPPRESSED,
}

_End = tuple[sql.Row, sql.Row]  # what an outcome writes: the delivery's new columns, and the attempt


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """One delivery that a worker holds, with what it takes to write the mail."""

    id: int
    fence: int  # proves that the claim is still the worker's own
    variant_id: int
    message_id: str
    date: datetime
    public_id: int  # the subscriber's, for the token in the header
    address: str = field(repr=False)
    name: str = field(repr=False)
    tried: int = 0  # attempts before this one

    @property
    def domain(self) -> str:
        """Right side of the address, as limits know it."""
        return self.address.rpartition("@")[2].lower()


def claim(mailing_id: int, *, owner: str, most: int) -> list[Claimed]:
    """Take up to `most` deliveries that are due. Empty only when none is due or the mailing is not being sent.

    Who left, paused or was suppressed since planning is skipped here, in the same transaction.
    """
    while rows := _take(mailing_id, owner=owner, most=most):
        if claimed := [row for row in rows if row is not None]:
            return claimed
    return []


@transaction.atomic
def _take(mailing_id: int, *, owner: str, most: int) -> list[Claimed | None]:
    """Claim or skip one run of due rows; None stands for a row that was skipped."""
    now = timezone.now()
    if not Mailing.objects.filter(pk=mailing_id, state=MailingState.SENDING).exists():
        return []
    found = [_judged(row, now) for row in sql.due(mailing_id, now, most)]
    leavers = [one for one in found if not isinstance(one, Claimed)]
    for reason in {reason for _pk, reason in leavers}:
        skip((pk for pk, why in leavers if why == reason), reason)
    claimed = [one.id for one in found if isinstance(one, Claimed)]
    if sql.claim(claimed, owner=owner, now=now, until=now + LEASE) != len(claimed):
        raise RuntimeError("deliveries changed inside the transaction that claims them")
    return [one if isinstance(one, Claimed) else None for one in found]


def _judged(row: sql.Row, now: datetime) -> Claimed | tuple[int, Reason]:
    """A row of `ledger_sql.due`: the facts for its mail, or why it is to be skipped."""
    pk, fence, tried, variant_id, message_id, date, public_id, address, compared, name, status, paused, gone = row
    reason = reason_to_skip(status, sql.moment(paused) if paused else None, now, suppressed=bool(gone))
    if reason:
        return pk, reason
    return Claimed(
        id=pk,
        fence=fence + 1,
        tried=tried,
        variant_id=variant_id,
        message_id=message_id,
        date=sql.moment(date),
        public_id=public_id,
        address=Address(typed=address, compared=compared).deliverable,
        name=name,
    )


def reason_to_skip(
    status: str | None, paused_until: datetime | None, now: datetime, *, suppressed: bool
) -> Reason | None:
    """Why somebody gets nothing after all, or None; `status` is None for a subscriber who was erased."""
    if suppressed:
        return Reason.SUPPRESSED
    if status is None:
        return Reason.ERASED
    if status != SubscriberStatus.SUBSCRIBED:
        return _REASON_OF_STATUS.get(SubscriberStatus(status), Reason.LEFT)
    return Reason.PAUSED if paused_until and paused_until > now else None


def settle(
    outcomes: Sequence[tuple[int, Outcome]],
    intents: Sequence[int],
    *,
    held: Mapping[int, Claimed],
    route: str,
    retry: RetryPolicy,
) -> frozenset[int]:
    """Commit what became of some deliveries, and that bodies of others are about to leave.

    Returns the intents granted. What is not in `held`, or is no longer ours, is left as it is.
    """
    now = timezone.now()
    at = sql.stamp(now)
    ends = [_end(held[pk], outcome, route, retry, now, at) for pk, outcome in outcomes if pk in held]
    fences = [(pk, held[pk].fence) for pk in intents if pk in held]
    try:
        return _settle_together(ends, fences, now)
    except _OutrunError:
        return _settle_one_by_one(ends, fences, now)


class _OutrunError(Exception):
    """Somebody else changed one of our rows first."""


@transaction.atomic
def _settle_together(ends: Sequence[_End], fences: Sequence[tuple[int, int]], now: datetime) -> frozenset[int]:
    """Three statements for all. Raises _OutrunError, with nothing written, where the count of changed rows differs."""
    if not sql.settle([update for update, _ in ends], [attempt for _, attempt in ends], fences, now):
        raise _OutrunError
    return frozenset(pk for pk, _fence in fences)


@transaction.atomic
def _settle_one_by_one(ends: Sequence[_End], fences: Sequence[tuple[int, int]], now: datetime) -> frozenset[int]:
    """The same row by row, to find out which are no longer ours."""
    for update, attempt in ends:
        if not sql.settle([update], [attempt], (), now):
            logger.warning("outcome for delivery %d came too late", attempt[0])
    return frozenset(pk for pk, fence in fences if sql.settle((), (), [(pk, fence)], now))


def _end(row: Claimed, outcome: Outcome, route: str, retry: RetryPolicy, now: datetime, at: Any) -> _End:  # noqa: ANN401
    """How one attempt ended, as two rows for `ledger_sql.settle`; `at` is `now` as the database keeps it."""
    number = row.tried + 1
    state, reason, next_at = _fate(row, outcome, number, retry, now)
    words = (outcome.code, outcome.enhanced[:16], outcome.text[:1000])  # as much as the columns hold
    before = _states_before(outcome)
    update = (state, reason, sql.stamp(next_at), number, *words, outcome.provider_ref[:255], at, row.id, row.fence)
    return (*update, *before), (row.id, number, at, state, *words, route)


def _states_before(outcome: Outcome) -> tuple[str, str, str]:
    """Only a body that left can have been accepted or be in doubt.

    That it was accepted may be told after we gave it up, and even after somebody had it queued again: as long as it
    was not claimed anew, which its fence says, that spares the reader a second copy.
    """
    if isinstance(outcome, Accepted):
        return (_TRANSMITTING, _IN_DOUBT, _DEFERRED)
    if isinstance(outcome, InDoubt):
        return (_TRANSMITTING, _TRANSMITTING, _TRANSMITTING)
    return (_CLAIMED, _TRANSMITTING, _TRANSMITTING)


def _fate(
    row: Claimed, outcome: Outcome, number: int, retry: RetryPolicy, now: datetime
) -> tuple[str, str, datetime | None]:
    """State, reason and the time of the next try."""
    match outcome:
        case Accepted():
            return _ACCEPTED, "", None
        case Refused():
            return _REFUSED, "", None
        case InDoubt():
            return _IN_DOUBT, "", None
        case TryLater() if row.tried and retry.is_over(sql.first_tried(row.id) or now, now):
            return _REFUSED, Reason.EXPIRED.value, None
        case TryLater():
            delay = retry.delay(
                number, answered=not outcome.untouched, delivery=row.id, retry_after=outcome.retry_after
            )
            return _DEFERRED, "", now + delay


@transaction.atomic
def put_back(rows: Iterable[Claimed], *, until: datetime | None = None) -> int:
    """Return claims that were not begun to the queue, to be tried from `until` on; returns how many were still ours."""
    return sql.let_go([(row.id, row.fence) for row in rows], timezone.now(), until)


@transaction.atomic
def release(rows: Iterable[Claimed]) -> None:
    """End claims: what was not begun goes back to the queue, what left without an answer is in doubt."""
    fences = {row.id: row.fence for row in rows}
    sql.let_go(list(fences.items()), timezone.now())
    left = Delivery.objects.filter(pk__in=fences, state=DeliveryState.TRANSMITTING)
    _doubt([row for row in left.values_list(*_LEFT) if row[2] == fences[row[0]]])


def recover(mailing_id: int, *, everything: bool) -> int:
    """Settle what a crash left behind; returns how many deliveries are in doubt by it.

    `everything` needs the sending lock: then no other worker can be alive, and who still seems to hold a row is dead.
    """
    now = timezone.now()
    held = Delivery.objects.filter(mailing_id=mailing_id)
    held = held if everything else held.filter(lease_until__lte=now)
    with transaction.atomic():
        claimed = held.filter(state=DeliveryState.CLAIMED)
        claimed.update(state=DeliveryState.PENDING, owner="", lease_until=None, updated_at=now)
        return _doubt(list(held.filter(state=DeliveryState.TRANSMITTING).values_list(*_LEFT)))


_LEFT = ("pk", "attempt", "fence", "updated_at")  # of a delivery on the wire; it was changed last when it left


def _doubt(rows: Sequence[tuple[int, int, int, datetime]]) -> int:
    """Say of these that nobody knows. The attempt was when it left: a provider forgets a key by its own clock, however
    much later the crash is found."""
    now = timezone.now()
    values: dict[str, Any] = {"state": DeliveryState.IN_DOUBT, "owner": "", "lease_until": None, "updated_at": now}
    for pk, number, fence, left_at in rows:
        if Delivery.objects.filter(pk=pk, fence=fence, state=DeliveryState.TRANSMITTING).update(**values):
            Attempt.objects.create(delivery_id=pk, number=number, at=left_at, outcome=DeliveryState.IN_DOUBT)
    return len(rows)


def skip(ids: Iterable[int], reason: Reason) -> int:
    """Leave waiting deliveries out, with the reason; returns how many. Who may have a copy is not among them."""
    return _skip(Delivery.objects.filter(pk__in=list(ids)), reason, unasked=Reason.NOT_KNOWN)


def skip_waiting(mailing_id: int) -> int:
    """Stop what has not begun of a cancelled mailing; what is on the wire ends by itself."""
    return _skip(Delivery.objects.filter(mailing_id=mailing_id), Reason.CANCELLED, unasked="")


def _skip(rows: QuerySet[Delivery], reason: Reason, *, unasked: str) -> int:
    """A second try that does not take place leaves the first as it was: in doubt, with the reason `unasked`."""
    waiting = rows.filter(state__in=(DeliveryState.PENDING, DeliveryState.DEFERRED))
    values: dict[str, Any] = {"next_at": None, "updated_at": timezone.now()}
    doubted(waiting).update(state=DeliveryState.IN_DOUBT, reason=unasked, **values)
    return waiting.update(state=DeliveryState.SKIPPED, reason=reason, **values)


def doubted(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those of which an attempt ended in doubt: they may have a copy, whatever became of them since."""
    attempts = Attempt.objects.filter(delivery=OuterRef("pk"), outcome=DeliveryState.IN_DOUBT)
    return rows.filter(Exists(attempts), attempt__gt=0)


@transaction.atomic
def finish(mailing_id: int, *, paused: bool = False) -> bool:
    """End a mailing if the count of open deliveries is zero; True where this call ended it.

    `paused` says that it may have been paused with its last mails on the wire. The keyed hashes of addresses go with
    it: they are needed only to keep one address from getting two copies.
    """
    if Delivery.objects.filter(mailing_id=mailing_id, state__in=OPEN).exists():
        return False
    going = (MailingState.SENDING, MailingState.PAUSED) if paused else (MailingState.SENDING,)
    begun = Mailing.objects.filter(pk=mailing_id, state__in=going, chosen__gt=0)  # a paused schedule has nobody yet
    won = begun.update(state=MailingState.FINISHED, finished_at=timezone.now()) == 1
    if won or Mailing.objects.filter(pk=mailing_id, state=MailingState.CANCELLED).exists():
        Delivery.objects.filter(mailing_id=mailing_id, address_key__isnull=False).update(address_key=None)
    return won


def call_back(mailing_id: int, *, latest: datetime) -> int:
    """Let deliveries that would be tried only after `latest` be tried now; returns how many.

    No delay of ours is that long: the clock was wrong when the time was set.
    """
    waiting = Delivery.objects.filter(mailing_id=mailing_id, state__in=(DeliveryState.PENDING, DeliveryState.DEFERRED))
    return waiting.filter(next_at__gt=latest).update(next_at=timezone.now())


def unfinished(states: AbstractSet[str]) -> list[int]:
    """Mailings that have deliveries in one of these states, oldest first."""
    # One short look into the index for each mailing: a list of all such deliveries could be a million long.
    ids = Mailing.objects.order_by("pk").values_list("pk", flat=True)
    return [pk for pk in ids if Delivery.objects.filter(mailing_id=pk, state__in=states).exists()]


def next_due(mailing_id: int) -> datetime | None:
    """When the next delivery may be tried: now or earlier for one that waits, None where none is left to try."""
    waiting = Delivery.objects.filter(mailing_id=mailing_id)
    pending = waiting.filter(state=DeliveryState.PENDING)
    if pending.filter(next_at__isnull=True).exists():
        return timezone.now()
    firsts = [
        rows.order_by("next_at").values_list("next_at", flat=True).first()
        for rows in (pending, waiting.filter(state=DeliveryState.DEFERRED))
    ]
    return min((first for first in firsts if first), default=None)


def counts(mailing_id: int) -> Counter[tuple[str, str]]:
    """How many deliveries there are of each (state, reason). All are counted, for a sum that proves itself; what is
    accepted, in a mailing that went well nearly all of them, is not looked at row by row a second time."""
    others = counts_but_accepted(mailing_id)
    return others + Counter({(_ACCEPTED, ""): rows_of(mailing_id) - others.total()})


def rows_of(mailing_id: int) -> int:
    """How many deliveries a mailing has."""
    return Delivery.objects.filter(mailing_id=mailing_id).count()


def counts_but_accepted(mailing_id: int) -> Counter[tuple[str, str]]:
    """The same without what is accepted. What is open has no reason, and half of a mailing may be open: only its
    states are counted, which is one look along the index."""
    rows = Delivery.objects.filter(mailing_id=mailing_id, state__in=_ENDED).values_list("state", "reason")
    ended = Counter({(state, reason): count for state, reason, count in rows.annotate(Count("pk")).order_by()})
    return ended + Counter({(state, ""): count for state, count in sql.count_states(mailing_id, OPEN).items()})
