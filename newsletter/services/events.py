"""What is heard of a delivery after it left: each report once, in whatever order and however often they come.

A report is stored as it is told and never changed. What follows from it is done in the same transaction: a doubt ends,
what came back is counted against its address (`bouncing`), who complained is off the list for good.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.models import (
    BounceCause,
    ConsentEvent,
    Delivery,
    DeliveryEvent,
    EventKind,
    Mechanism,
    Subscriber,
    SubscriberStatus,
    SuppressionReason,
)
from newsletter.services.bounce_causes import cause_of
from newsletter.services.bouncing import Returned, numbers, take_back
from newsletter.services.resolving import settle_one_by_evidence
from newsletter.services.subscribing import leave, note, suppress
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_STORED_FOR = timedelta(days=7)  # after that a delivery nobody knows will not turn up
_COMPLAINING = (SubscriberStatus.SUBSCRIBED, SubscriberStatus.BOUNCED)  # may have been written to


@dataclass(frozen=True, kw_only=True)
class DeliveryRef:
    """How a provider names one of our deliveries, as it was told when the mail was handed over."""

    delivery: int  # row of the ledger
    message: str  # what stands before the @ of its Message-ID: another workspace's delivery has another

    def find(self) -> Delivery | None:
        """The delivery, if it is one of ours."""
        row = Delivery.objects.select_related("subscriber", "mailing").filter(pk=self.delivery).first()
        return row if row and self.message and row.message_id.startswith(f"<{self.message}@") else None


@dataclass(frozen=True, kw_only=True)
class Report:
    """One thing a provider says."""

    provider: str
    event_id: str  # the provider's own, or made of all it said
    ref: DeliveryRef | None  # None where it does not say of which mail it speaks
    kind: EventKind
    at: datetime
    permanent: bool = False  # bounced: the address does not exist, as far as they know
    raw: Mapping[str, Any] = field(default_factory=dict)  # codes and words of theirs, with nobody's address


@transaction.atomic
def record_event(workspace: Workspace, report: Report) -> bool:
    """Store a report and do what follows; False where it was heard before. Raises OperationalError while it can't."""
    row = report.ref.find() if report.ref else None
    event, is_new = DeliveryEvent.objects.get_or_create(
        provider=report.provider,
        event_id=report.event_id,
        defaults={"delivery": row, "kind": report.kind, "at": report.at, "raw": _kept(report)},
    )
    if is_new and row:
        _follow(workspace, row, event)
    elif is_new:
        logger.info("an event of %s is about no delivery that is known yet", report.provider)
    return is_new


def _kept(report: Report) -> dict[str, Any]:
    ref = report.ref
    return {
        **report.raw,
        "permanent": report.permanent,
        **({"delivery": ref.delivery, "message": ref.message} if ref else {}),
    }


def match_stored(workspace: Workspace) -> int:
    """Try stored reports about unknown deliveries once more; returns how many found theirs."""
    waiting = DeliveryEvent.objects.filter(delivery=None, at__gte=timezone.now() - _STORED_FOR, raw__has_key="delivery")
    return sum(_match(workspace, event) for event in waiting)


@transaction.atomic
def _match(workspace: Workspace, event: DeliveryEvent) -> bool:
    row = DeliveryRef(delivery=event.raw["delivery"], message=event.raw["message"]).find()
    if row is None:
        return False
    # Only its place in the ledger is filled in; what was reported stays as it came.
    rows: QuerySet[DeliveryEvent] = QuerySet(DeliveryEvent)
    if rows.filter(pk=event.pk, delivery=None).update(delivery=row):
        _follow(workspace, row, event)
    return True


def _follow(workspace: Workspace, row: Delivery, event: DeliveryEvent) -> None:
    settle_one_by_evidence(row.pk)
    if event.kind == EventKind.BOUNCED:
        take_back(workspace, row, _returned(event))
    elif event.kind == EventKind.COMPLAINED and row.subscriber:
        suppress(workspace, row.subscriber.address_compared, SuppressionReason.COMPLAINED)
        _end(row.subscriber, event.provider)


def _returned(event: DeliveryEvent) -> Returned:
    """What an event says of the mailbox. Only where the provider calls it final is it gone."""
    told = event.raw
    enhanced = told.get("enhanced", "")
    code = told.get("code") or enhanced[:1] * 3  # 5.2.2 alone will do: of a code only its class matters here
    cause = BounceCause.GONE if told["permanent"] else cause_of(int(code) if code else None, enhanced, "")
    if cause == BounceCause.GONE and not told["permanent"]:
        cause = BounceCause.CLOSED
    return Returned(cause=cause, status=numbers(told.get("code"), enhanced), source=event.provider, at=event.at)


def _end(person: Subscriber, source: str) -> None:
    """Who complained is off the list, once, and their record says why."""
    still = Subscriber.objects.filter(pk=person.pk, status__in=_COMPLAINING)
    if still.update(status=SubscriberStatus.COMPLAINED, updated_at=timezone.now()):
        note(person, ConsentEvent.COMPLAINED, Mechanism.COMPLAINT, source=source)


def left_by_provider(ref: DeliveryRef, provider: str) -> bool:
    """Take off the list who used a provider's own way out; False where that is nobody, or they had left already."""
    row = ref.find()
    return bool(row and row.subscriber and leave(row.subscriber, mechanism=Mechanism.LINK, source=provider))
