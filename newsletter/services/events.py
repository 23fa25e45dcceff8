"""What is heard of a delivery after it left: each report once, in whatever order and however often they come.

A report is stored as it is told and never changed. What follows from it is done in the same transaction: a doubt ends,
an address that does not exist is not written to again, who complained is off the list for good.
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
    ConsentEvent,
    Delivery,
    DeliveryEvent,
    EventKind,
    Mechanism,
    Subscriber,
    SubscriberStatus,
    SuppressionReason,
)
from newsletter.services.resolving import settle_one_by_evidence
from newsletter.services.subscribing import leave, note, suppress
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_STORED_FOR = timedelta(days=7)  # after that a delivery nobody knows will not turn up
_ON_THE_LIST = (SubscriberStatus.SUBSCRIBED,)


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
    _, is_new = DeliveryEvent.objects.get_or_create(
        provider=report.provider,
        event_id=report.event_id,
        defaults={"delivery": row, "kind": report.kind, "at": report.at, "raw": _kept(report)},
    )
    if is_new and row:
        _follow(workspace, row, report.kind, permanent=report.permanent, source=report.provider)
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
        _follow(workspace, row, EventKind(event.kind), permanent=event.raw["permanent"], source=event.provider)
    return True


def _follow(workspace: Workspace, row: Delivery, kind: EventKind, *, permanent: bool, source: str) -> None:
    settle_one_by_evidence(row.pk)
    if row.subscriber is None:
        return
    if kind == EventKind.COMPLAINED:
        suppress(workspace, row.subscriber.address_compared, SuppressionReason.COMPLAINED)
        complained, event = SubscriberStatus.COMPLAINED, ConsentEvent.COMPLAINED
        _end(row.subscriber, complained, event, Mechanism.COMPLAINT, source, (*_ON_THE_LIST, SubscriberStatus.BOUNCED))
    elif kind == EventKind.BOUNCED and permanent:
        bounced, event = SubscriberStatus.BOUNCED, ConsentEvent.BOUNCED
        _end(row.subscriber, bounced, event, Mechanism.BOUNCE, source, _ON_THE_LIST)


def _end(
    person: Subscriber,
    status: SubscriberStatus,
    event: ConsentEvent,
    mechanism: Mechanism,
    source: str,
    before: tuple[SubscriberStatus, ...],
) -> None:
    """Move a subscription to its end, once, and say why in its record."""
    still = Subscriber.objects.filter(pk=person.pk, status__in=before)
    if still.update(status=status, updated_at=timezone.now()):
        note(person, event, mechanism, source=source)


def left_by_provider(ref: DeliveryRef, provider: str) -> bool:
    """Take off the list who used a provider's own way out; False where that is nobody, or they had left already."""
    row = ref.find()
    return bool(row and row.subscriber and leave(row.subscriber, mechanism=Mechanism.LINK, source=provider))
