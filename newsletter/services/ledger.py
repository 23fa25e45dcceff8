"""The hot path: every change of a delivery's state while a mailing is sent, and nothing else.

Each change is a compare-and-set inside a short transaction; a row count of 0 means that somebody else was first, which
is a normal branch. The order of commits is what makes a crash harmless:

* claim    before the connection is used; a crash afterwards lets the row go back to pending;
* intent   before the first byte of a body that could be accepted; a crash afterwards leaves the row in doubt;
* outcome  before the delivery is left.

On PostgreSQL the claim differs by SKIP LOCKED alone, which SQLite ignores because its writers take turns.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from newsletter.models import (
    OPEN,
    Attempt,
    Delivery,
    DeliveryState,
    Mailing,
    MailingState,
    Reason,
    Subscriber,
    SubscriberStatus,
    Suppression,
)
from newsletter.services.retrying import RetryPolicy
from newsletter.subscribers.addresses import Address
from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater

logger = logging.getLogger(__name__)

LEASE = timedelta(hours=1)  # longer than a batch can take; a worker that outlives it is shut out by its fence

_REASON_OF_STATUS = {
    SubscriberStatus.BOUNCED: Reason.UNREACHABLE,
    SubscriberStatus.COMPLAINED: Reason.SUPPRESSED,
}


@dataclass(frozen=True, kw_only=True)
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


def claim(mailing_id: int, *, owner: str, most: int) -> list[Claimed]:
    """Take up to `most` deliveries that are due. Empty only when none is due or the mailing is not being sent.

    Who left, paused or was suppressed since planning is skipped here, in the same transaction.
    """
    while rows := _take(mailing_id, owner=owner, most=most):
        claimed = [row for row in rows if row is not None]
        if claimed:
            return claimed
    return []


@transaction.atomic
def _take(mailing_id: int, *, owner: str, most: int) -> list[Claimed | None]:
    """Claim or skip one run of due rows; None stands for a row that was skipped."""
    now = timezone.now()
    if not Mailing.objects.filter(pk=mailing_id, state=MailingState.SENDING).exists():
        return []
    # Second tries first: in a mailing of a million they would otherwise wait for days.
    rows = _due(mailing_id, DeliveryState.DEFERRED, now, most) or _due(mailing_id, DeliveryState.PENDING, now, most)
    suppressed = _suppressed(rows)
    reasons = {row.pk: reason_to_skip(row.subscriber, now, suppressed=row.address_key in suppressed) for row in rows}
    for reason in {reason for reason in reasons.values() if reason}:
        skip((pk for pk, why in reasons.items() if why == reason), reason)
    kept = [row for row in rows if not reasons[row.pk]]
    Delivery.objects.filter(pk__in=[row.pk for row in kept]).update(
        state=DeliveryState.CLAIMED,
        owner=owner,
        fence=F("fence") + 1,
        lease_until=now + LEASE,
        next_at=None,
        updated_at=now,
    )
    return [_facts(row) if row in kept else None for row in rows]


def _due(mailing_id: int, state: DeliveryState, now: datetime, most: int) -> list[Delivery]:
    due = Delivery.objects.filter(Q(next_at__isnull=True) | Q(next_at__lte=now), mailing_id=mailing_id, state=state)
    locked = due.select_related("subscriber").select_for_update(skip_locked=True, of=("self",))
    return list(locked.order_by("next_at")[:most])


def _suppressed(rows: Iterable[Delivery]) -> set[str | None]:
    keys = [row.address_key for row in rows if row.address_key]
    return set(Suppression.objects.filter(address_key__in=keys).values_list("address_key", flat=True))


def reason_to_skip(subscriber: Subscriber | None, now: datetime, *, suppressed: bool) -> Reason | None:
    """Why somebody gets nothing after all, or None."""
    if suppressed:
        return Reason.SUPPRESSED
    if subscriber is None:
        return Reason.ERASED
    if subscriber.status != SubscriberStatus.SUBSCRIBED:
        return _REASON_OF_STATUS.get(SubscriberStatus(subscriber.status), Reason.LEFT)
    return Reason.PAUSED if subscriber.paused_until and subscriber.paused_until > now else None


def _facts(row: Delivery) -> Claimed:
    person = row.subscriber
    if person is None:
        raise LookupError("a delivery without a subscriber is skipped, never claimed")
    return Claimed(
        id=row.pk,
        fence=row.fence + 1,
        variant_id=row.variant_id,
        message_id=row.message_id,
        date=row.date,
        public_id=person.public_id,
        address=Address(typed=person.address, compared=person.address_compared).deliverable,
        name=person.name,
    )


@transaction.atomic
def intend(fences: Mapping[int, int]) -> frozenset[int]:
    """Commit that bodies are about to leave; returns the ids for which they may. The others are no longer ours."""
    now = timezone.now()
    held = Delivery.objects.filter(state=DeliveryState.CLAIMED, lease_until__gt=now)
    values: dict[str, Any] = {"state": DeliveryState.TRANSMITTING, "attempt": F("attempt") + 1, "updated_at": now}
    return frozenset(pk for pk, fence in fences.items() if held.filter(pk=pk, fence=fence).update(**values) == 1)


@transaction.atomic
def record(delivery_id: int, outcome: Outcome, *, fence: int, route: str, retry: RetryPolicy) -> bool:
    """Commit what became of a delivery; False where the claim is no longer ours and the row was left as it is."""
    held = Delivery.objects.filter(pk=delivery_id, fence=fence, state__in=_states_before(outcome))
    row = held.select_for_update().only("state", "attempt", "date").first()
    if row is None:
        logger.warning("outcome for delivery %d came too late", delivery_id)
        return False
    number = row.attempt + (row.state == DeliveryState.CLAIMED)  # refused before the body: no intent counted it
    fate = _fate(outcome, row, number, retry)
    held.update(attempt=number, owner="", lease_until=None, updated_at=timezone.now(), **fate, **_words(outcome))
    _note(row.pk, number, fate["state"], outcome, route)
    return True


def _states_before(outcome: Outcome) -> tuple[DeliveryState, ...]:
    """Only a body that left can have been accepted or be in doubt."""
    if isinstance(outcome, Accepted):
        return (DeliveryState.TRANSMITTING, DeliveryState.IN_DOUBT)
    if isinstance(outcome, InDoubt):
        return (DeliveryState.TRANSMITTING,)
    return (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)


def _fate(outcome: Outcome, row: Delivery, number: int, retry: RetryPolicy) -> dict[str, Any]:
    now = timezone.now()
    match outcome:
        case Accepted():
            return {"state": DeliveryState.ACCEPTED}
        case Refused():
            return {"state": DeliveryState.REFUSED}
        case InDoubt():
            return {"state": DeliveryState.IN_DOUBT}
        case TryLater() if retry.is_over(row.date, now):
            return {"state": DeliveryState.REFUSED, "reason": Reason.EXPIRED}
        case TryLater():
            delay = retry.delay(number, answered=not outcome.untouched)
            return {"state": DeliveryState.DEFERRED, "next_at": now + delay}


def _words(outcome: Outcome) -> dict[str, Any]:
    """The server's answer, cut to what the columns hold."""
    return {
        "code": outcome.code,
        "enhanced": outcome.enhanced[:16],
        "reply_text": outcome.text[:1000],
        "provider_ref": outcome.provider_ref[:255],
    }


def _note(delivery_id: int, number: int, state: DeliveryState, outcome: Outcome | None, route: str) -> None:
    words = _words(outcome) if outcome else {}
    words.pop("provider_ref", None)
    Attempt.objects.create(
        delivery_id=delivery_id, number=number, at=timezone.now(), outcome=state, transport=route, **words
    )


@transaction.atomic
def release(owner: str) -> None:
    """End a claim: what was not begun goes back to the queue, what left without an answer is in doubt."""
    _let_go(Delivery.objects.filter(owner=owner))


@transaction.atomic
def recover(mailing_id: int, *, everything: bool) -> None:
    """Settle what a crash left behind. `everything` needs the sending lock: then no other worker can be alive."""
    held = Delivery.objects.filter(mailing_id=mailing_id)
    _let_go(held if everything else held.filter(lease_until__lte=timezone.now()))


def _let_go(held: Any) -> None:  # noqa: ANN401  (a queryset of deliveries)
    now = timezone.now()
    free = {"owner": "", "lease_until": None, "updated_at": now}
    held.filter(state=DeliveryState.CLAIMED).update(state=DeliveryState.PENDING, **free)
    for pk, number in list(held.filter(state=DeliveryState.TRANSMITTING).values_list("pk", "attempt")):
        _note(pk, number, DeliveryState.IN_DOUBT, None, "")
        Delivery.objects.filter(pk=pk).update(state=DeliveryState.IN_DOUBT, **free)


def skip(ids: Iterable[int], reason: Reason) -> int:
    """Leave waiting deliveries out, with the reason; returns how many."""
    waiting = Delivery.objects.filter(pk__in=list(ids), state__in=(DeliveryState.PENDING, DeliveryState.DEFERRED))
    return waiting.update(state=DeliveryState.SKIPPED, reason=reason, next_at=None, updated_at=timezone.now())


def skip_waiting(mailing_id: int) -> int:
    """Stop what has not begun of a cancelled mailing; what is on the wire ends by itself."""
    waiting = Delivery.objects.filter(mailing_id=mailing_id, state__in=(DeliveryState.PENDING, DeliveryState.DEFERRED))
    values = {"state": DeliveryState.SKIPPED, "reason": Reason.CANCELLED, "next_at": None}
    return waiting.update(updated_at=timezone.now(), **values)


@transaction.atomic
def finish(mailing_id: int) -> bool:
    """End a mailing if the count of open deliveries is zero; True where this call ended it.

    The keyed hashes of addresses go with it: they are needed only to keep one address from getting two copies.
    """
    if Delivery.objects.filter(mailing_id=mailing_id, state__in=OPEN).exists():
        return False
    sending = Mailing.objects.filter(pk=mailing_id, state=MailingState.SENDING)
    won = sending.update(state=MailingState.FINISHED, finished_at=timezone.now()) == 1
    if won or Mailing.objects.filter(pk=mailing_id, state=MailingState.CANCELLED).exists():
        Delivery.objects.filter(mailing_id=mailing_id, address_key__isnull=False).update(address_key=None)
    return won


def next_due(mailing_id: int) -> datetime | None:
    """When the next delivery may be tried: now or earlier for one that waits, None where none is left to try."""
    waiting = Delivery.objects.filter(mailing_id=mailing_id)
    if waiting.filter(state=DeliveryState.PENDING).exists():
        return timezone.now()
    deferred = waiting.filter(state=DeliveryState.DEFERRED).order_by("next_at")
    return deferred.values_list("next_at", flat=True).first()


def counts(mailing_id: int) -> Counter[tuple[str, str]]:
    """How many deliveries there are of each (state, reason)."""
    rows = Delivery.objects.filter(mailing_id=mailing_id).values_list("state", "reason").annotate(Count("pk"))
    return Counter({(state, reason): count for state, reason, count in rows.order_by()})
