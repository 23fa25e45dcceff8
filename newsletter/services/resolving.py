"""Deliveries of which nobody knows whether they arrived: settled by evidence, by policy, or by a person.

Sending again risks a second copy, not sending again a missing one; no program can know which, so by default
(`[sending] in_doubt = "hold"`) a person decides. Evidence that comes later always counts. After a week the question is
closed as not known, and stays in the sum under that name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from newsletter.content.wording import advice_on_doubt
from newsletter.errors import ConflictError, InputError
from newsletter.models import (
    Attempt,
    Delivery,
    DeliveryEvent,
    DeliveryState,
    EventKind,
    Mailing,
    MailingState,
    Reason,
)
from newsletter.services.audit import record_act
from newsletter.services.keys import key_of
from newsletter.services.ledger import doubted
from newsletter.subscribers.addresses import address_hasher
from newsletter.transports.provider_keys import KEYS
from newsletter.workspace import InDoubtPolicy, Workspace

WEEK = timedelta(days=7)  # by then whoever was to ask has asked

_PROOF = (EventKind.DELIVERED, EventKind.BOUNCED, EventKind.COMPLAINED)  # nobody says so of what they never took
_SOON_FORGOTTEN = timedelta(hours=1)  # a provider's key is not relied on in its last hour


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One delivery that somebody may settle."""

    id: int  # of the delivery
    since: datetime
    tries: int  # how many ended without a known answer
    words: str  # what was heard or not heard; empty after a crash
    advice: str  # what we would do, and why
    address: str = field(repr=False)  # empty where the subscriber was erased


def doubts(mailing: Mailing, wanted: range | None = None) -> list[Doubt]:
    """The open questions of a mailing, oldest first; all of them, or a page."""
    found = _open(mailing).select_related("subscriber").annotate(tries=_times_in_doubt()).order_by("updated_at", "pk")
    rows = list(found if wanted is None else found[wanted.start : wanted.stop])
    attempts = Attempt.objects.filter(delivery__in=rows).order_by("pk")
    last = {attempt.delivery_id: attempt for attempt in attempts}
    return [_doubt(row, last.get(row.pk), row.tries) for row in rows]


def count_doubts(mailing: Mailing) -> int:
    """How many open questions there are."""
    return _open(mailing).count()


def has_doubts(mailing: Mailing) -> bool:
    """Whether a mailing has open questions."""
    return _open(mailing).exists()


def _doubt(row: Delivery, last: Attempt | None, tries: int) -> Doubt:
    words = last.reply_text if last else ""
    return Doubt(
        id=row.pk,
        since=row.updated_at,
        tries=tries,
        words=f"they said: {words}" if last and last.code else words,
        advice=advice_on_doubt(words, by_crash=not words, tries=tries),
        address=row.subscriber.address if row.subscriber else "",
    )


def accept(mailing: Mailing, ids: Sequence[int] | None, *, by: str) -> int:
    """Count these as accepted, on somebody's word; `None` means all open ones. Returns how many.

    Raises InputError without a name or for a number that is no open question.
    """
    with transaction.atomic():
        settled = _chosen(mailing, ids, by).update(
            state=DeliveryState.ACCEPTED, reason=Reason.DECIDED, updated_at=timezone.now()
        )
        record_act("resolve", f"mailing {mailing.pk}", by=by, accepted=settled)
    return settled


def send_again(workspace: Workspace, mailing: Mailing, ids: Sequence[int] | None, *, by: str) -> int:
    """Let these be tried once more, with the same Message-ID and Date; `None` means all open ones. Returns how many.

    A mailing that was finished is on its way again. Raises InputError without a name or for a number that is no open
    question, ConflictError where the mailing was stopped for good or corrected since.
    """
    with transaction.atomic():
        settle_by_evidence(mailing)
        if why := _why_not_again(mailing):
            raise ConflictError(f"Mailing {mailing.pk} was {why}; send a copy with --copy-to instead.")
        again = _queue_again(workspace, mailing, _chosen(mailing, ids, by))
        record_act("resolve", f"mailing {mailing.pk}", by=by, again=again)
    mailing.refresh_from_db()
    return again


def _why_not_again(mailing: Mailing) -> str:
    """Asked of the database: another process may have stopped or corrected it a moment ago."""
    if Mailing.objects.filter(pk=mailing.pk, state=MailingState.CANCELLED).exists():
        return "stopped for good"
    if mailing.corrections.exclude(state=MailingState.CANCELLED).exists():
        return "corrected since"
    return ""


def settle_by_evidence(mailing: Mailing) -> int:
    """Count as accepted what a provider or a bounce has spoken of since, also where the question was closed."""
    return _accept_proven(Delivery.objects.filter(mailing=mailing, state=DeliveryState.IN_DOUBT))


def settle_one_by_evidence(delivery: int) -> int:
    """The same for one delivery, also where it waits for a second try: the first one has arrived after all."""
    row = Delivery.objects.filter(pk=delivery)
    waiting = doubted(row.filter(state__in=(DeliveryState.PENDING, DeliveryState.DEFERRED)))
    return _accept_proven(row.filter(state=DeliveryState.IN_DOUBT)) + _accept_proven(waiting)


def _accept_proven(rows: QuerySet[Delivery]) -> int:
    spoken_of = DeliveryEvent.objects.filter(delivery=OuterRef("pk"), kind__in=_PROOF)
    values: dict[str, Any] = {"state": DeliveryState.ACCEPTED, "reason": Reason.EVIDENCE, "next_at": None}
    return rows.filter(Exists(spoken_of)).update(**values, updated_at=timezone.now())


def apply_policy(workspace: Workspace, mailing: Mailing, now: datetime) -> None:
    """Settle what evidence or the workspace's policy settles, and close what has been open for a week."""
    with transaction.atomic():
        settle_by_evidence(mailing)
        if not _why_not_again(mailing):
            again = _queue_again(workspace, mailing, _repeatable(workspace, mailing, now))
            if again:
                record_act("resolve", f"mailing {mailing.pk}", by="newsletter", again=again)
        _open(mailing).filter(updated_at__lte=now - WEEK).update(reason=Reason.NOT_KNOWN)


def _repeatable(workspace: Workspace, mailing: Mailing, now: datetime) -> QuerySet[Delivery]:
    """The open questions that the policy answers by sending again."""
    sending, rows = workspace.config.sending, _open(mailing)
    if sending.in_doubt is InDoubtPolicy.RESEND_ONCE:
        waited = now - timedelta(hours=sending.resend_after_hours)
        return rows.filter(updated_at__lte=waited).annotate(tries=_times_in_doubt()).filter(tries__lte=1)
    remembered = _remembered_for(mailing)
    if sending.in_doubt is InDoubtPolicy.AUTOMATIC and remembered:
        return rows.annotate(first=Min("attempts__at")).filter(first__gt=now - remembered + _SOON_FORGOTTEN)
    return rows.none()


def _remembered_for(mailing: Mailing) -> timedelta | None:
    """How long the mailing's provider knows a message it has seen; until then a repeat makes no second mail."""
    kind, _, name = mailing.transport.partition(":")
    key = KEYS.get(name.strip("/").lower()) if kind == "provider" else None
    return timedelta(seconds=key.lasts) if key else None


def _open(mailing: Mailing) -> QuerySet[Delivery]:
    return Delivery.objects.filter(mailing=mailing, state=DeliveryState.IN_DOUBT, reason="")


def _times_in_doubt() -> Count:
    return Count("attempts", filter=Q(attempts__outcome=DeliveryState.IN_DOUBT))


def _chosen(mailing: Mailing, ids: Sequence[int] | None, by: str) -> QuerySet[Delivery]:
    if not by.strip():
        raise InputError("Settling a doubt is recorded under a name: say who with --by.")
    rows = _open(mailing)
    if ids is None:
        return rows
    chosen = rows.filter(pk__in=ids)
    if strangers := set(ids) - set(chosen.values_list("pk", flat=True)):
        numbers = ", ".join(map(str, sorted(strangers)))
        raise InputError(f"No open question of mailing {mailing.pk} has the number {numbers}; see newsletter resolve.")
    return chosen


def _queue_again(workspace: Workspace, mailing: Mailing, rows: QuerySet[Delivery]) -> int:
    """Move rows to the head of the queue. Their keyed hashes are made anew: claims compare them with suppressions.

    One whose reader was erased, or has moved to an address that this mailing serves anyway, stays as it is.
    """
    hasher, now = address_hasher(key_of(workspace).for_addresses), timezone.now()
    values: dict[str, Any] = {"state": DeliveryState.DEFERRED, "next_at": now, "updated_at": now}
    again = 0
    for pk, address in list(rows.filter(subscriber__isnull=False).values_list("pk", "subscriber__address_compared")):
        key = hasher(address)
        if not Delivery.objects.filter(mailing=mailing, address_key=key).exclude(pk=pk).exists():
            again += Delivery.objects.filter(pk=pk).update(address_key=key, **values)
    if again:
        finished = Mailing.objects.filter(pk=mailing.pk, state=MailingState.FINISHED)
        finished.update(state=MailingState.SENDING, finished_at=None)
    return again
