"""Mail that comes back, counted across mailings, until an address is given up (`[bounces]`).

One policy for all who tell: a mail server's refusal, a provider's event, a bounce mail. A mailbox that does not exist
is believed the second time, because a body whose directory is broken for a day says so of all its people at once; a
full one has longer; a filter's refusal is never the reader's fault. One mailing that arrives begins the count anew,
and so does a reader who comes back or moves.

The ledger never waits for it: refusals are read from it afterwards, and what could not be counted now is counted by
the next sweep.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from newsletter.models import (
    Bounce,
    BounceCause,
    ConsentEvent,
    Delivery,
    DeliveryState,
    Mailing,
    Mechanism,
    Subscriber,
    SubscriberStatus,
)
from newsletter.services.bounce_causes import cause_of
from newsletter.services.consent import note
from newsletter.workspace import Bounces, Workspace

logger = logging.getLogger(__name__)

_COUNTED = (BounceCause.GONE, BounceCause.CLOSED)
_WORST_FIRST = (*_COUNTED, BounceCause.BLOCKED, BounceCause.OTHER)
_RENEWED = (ConsentEvent.RETURNED, ConsentEvent.MOVED, ConsentEvent.CONFIRMED)  # another address, or one that works
_LATELY = timedelta(days=7)  # what a mailing that ended before refused was counted, or is not worth it any more
_LOOKED_BACK = 60  # mailings: five years of a monthly bulletin
_RUN = 500  # refusals counted in one transaction


@dataclass(frozen=True, kw_only=True)
class Returned:
    """What was said of one delivery that came back."""

    cause: BounceCause
    status: str  # the numbers alone: words may hold an address
    source: str
    at: datetime


def take_back(workspace: Workspace, row: Delivery, told: Returned) -> bool:
    """Record that a delivery came back; True where its address is given up by that. Inside a transaction.

    Of several reports about one delivery the worst counts, once.
    """
    facts = {"cause": told.cause, "status": told.status, "source": told.source, "at": told.at}
    bounce, is_new = Bounce.objects.get_or_create(delivery=row, defaults=facts)
    if not is_new:
        if _WORST_FIRST.index(told.cause) >= _WORST_FIRST.index(BounceCause(bounce.cause)):
            return False
        Bounce.objects.filter(pk=bounce.pk).update(**facts)
    return _judge(workspace, row.subscriber, told)


def count_refusals(workspace: Workspace, mailing: Mailing | None = None) -> None:
    """Count what mail servers refused lately, of one mailing or of all, as far as that was not done before.

    Practice counts for nobody. Where the database does not let us, the next call makes up for it.
    """
    recent = Q(finished_at=None) | Q(finished_at__gt=timezone.now() - _LATELY)
    live = Mailing.objects.filter(recent, practice=False, started_at__isnull=False)
    try:
        for one in live.filter(pk=mailing.pk) if mailing else live:
            while _count_some(workspace, one):
                pass
    except DatabaseError:
        logger.warning("what was refused could not be counted now; the next sweep will try again")


@transaction.atomic
def _count_some(workspace: Workspace, mailing: Mailing) -> bool:
    """One run of refusals; False where none is left."""
    refused = Delivery.objects.filter(mailing=mailing, state=DeliveryState.REFUSED, bounce=None)
    rows = list(refused.select_related("subscriber").order_by("pk")[:_RUN])
    told = [_refusal(row, f"mailing {mailing.pk}") for row in rows]
    Bounce.objects.bulk_create(
        Bounce(delivery=row, cause=one.cause, status=one.status, source=one.source, at=one.at)
        for row, one in zip(rows, told, strict=True)
    )
    for row, one in zip(rows, told, strict=True):
        _judge(workspace, row.subscriber, one)
    return bool(rows)


def _refusal(row: Delivery, source: str) -> Returned:
    cause = cause_of(row.code, row.enhanced, row.reply_text)
    return Returned(cause=cause, status=numbers(row.code, row.enhanced), source=source, at=row.updated_at)


def numbers(code: int | str | None, enhanced: str) -> str:
    """The numbers of an answer, such as "550 5.1.1"."""
    return " ".join(filter(None, (str(code or ""), enhanced)))


def _judge(workspace: Workspace, person: Subscriber | None, told: Returned) -> bool:
    """Give an address up where the policy says so."""
    if person is None or told.cause not in _COUNTED or not _is_enough(workspace.config.bounces, _days(person)):
        return False
    still = Subscriber.objects.filter(pk=person.pk, status=SubscriberStatus.SUBSCRIBED)
    if not still.update(status=SubscriberStatus.BOUNCED, updated_at=timezone.now()):
        return False
    why = ", ".join(filter(None, (told.cause.label, told.status)))
    note(person, ConsentEvent.BOUNCED, Mechanism.BOUNCE, source=told.source, reason=why)
    return True


def _is_enough(policy: Bounces, days: Sequence[tuple[BounceCause, date]]) -> bool:
    return _how_many(days, (BounceCause.GONE,)) >= policy.gone or _how_many(days, _COUNTED) >= policy.closed


def _how_many(days: Sequence[tuple[BounceCause, date]], causes: Iterable[BounceCause]) -> int:
    return len({day for cause, day in days if cause in causes})


def _days(person: Subscriber) -> list[tuple[BounceCause, date]]:
    """On which days mail came back since the last that arrived. Two mailings of one day are one piece of news."""
    renewed = person.consent.filter(event__in=_RENEWED).aggregate(at=Max("at"))["at"]
    since = max(person.joined_at, renewed or person.joined_at)
    arrived = Q(bounce=None, mailing__practice=False, state=DeliveryState.ACCEPTED)
    heard_of = person.deliveries.filter(arrived | Q(bounce__isnull=False), date__gte=since)
    days: list[tuple[BounceCause, date]] = []
    for cause, at in heard_of.order_by("-mailing").values_list("bounce__cause", "bounce__at")[:_LOOKED_BACK]:
        if cause is None:
            break
        if cause in _COUNTED:
            days.append((BounceCause(cause), at.date()))
    return days
