"""What happens when the owner of an address says yes: they are on the list, or get the newsletter there from now on."""

from dataclasses import dataclass
from typing import Any, Unpack

from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import (
    ConsentEvent,
    FormerAddress,
    Mechanism,
    RequestKind,
    Subscriber,
    SubscriberStatus,
    SubscriptionRequest,
    SuppressionReason,
)
from newsletter.services.consent import How, note, with_reason
from newsletter.services.suppressing import lift, why_suppressed
from newsletter.workspace import Workspace

# Ways in which the owner of the address acts; staff and files can't speak for somebody who wants no more mail.
_OWNERS_WAYS = (Mechanism.FORM, Mechanism.LINK, Mechanism.REPLY)
_OUT_OF_TIME = "This request has run out of time; ask again."
_NEVER = "This address is never to be written to again; only its owner can ask otherwise, or the staff who decided it."


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """What a confirmation did."""

    person: Subscriber | None  # None where they were erased since
    changed: bool  # False where it had been confirmed before: welcome nobody twice
    former_address: str = ""  # where the newsletter went until now, for a notice there


@transaction.atomic
def confirm(workspace: Workspace, request: SubscriptionRequest, **how: Unpack[How]) -> Confirmation:
    """Do what was asked. Pressing twice, or pressing after having left again, changes nothing.

    `how` says how it was confirmed; how it was asked is in the request. Staff may confirm for somebody, but not for an
    address that is never to be written to. Raises ConflictError then, and where the request's time is over.
    """
    now = timezone.now()
    still = SubscriptionRequest.objects.filter(pk=request.pk, confirmed_at=None, ends_at__gt=now)
    if not still.update(confirmed_at=now):
        return _confirmed_before(request)
    _require_no_veto(workspace, request, how["mechanism"])
    lift(workspace, request.address_compared)
    return _move(request, how) if request.kind == RequestKind.MOVE else _join(request, how)


def _confirmed_before(request: SubscriptionRequest) -> Confirmation:
    if not SubscriptionRequest.objects.filter(pk=request.pk, confirmed_at__isnull=False).exists():
        raise ConflictError(_OUT_OF_TIME)
    return Confirmation(person=_holder(request.address_compared), changed=False)


def _require_no_veto(workspace: Workspace, request: SubscriptionRequest, mechanism: Mechanism) -> None:
    why = why_suppressed(workspace, request.address_compared)
    if why == SuppressionReason.STAFF or (why and mechanism not in _OWNERS_WAYS):
        raise ConflictError(_NEVER)


def _join(request: SubscriptionRequest, how: How) -> Confirmation:
    FormerAddress.objects.filter(address_compared=request.address_compared).delete()  # it is somebody's own again
    person = _holder(request.address_compared)
    returning = person is not None and person.status != SubscriberStatus.SUBSCRIBED
    begun: dict[str, Any] = {"status": SubscriberStatus.SUBSCRIBED, "basis": request.basis, **request.details}
    if person and "tags" in begun:
        begun["tags"] = sorted({*person.tags, *begun["tags"]})  # staff's own tags stay
    if person is None:
        person = Subscriber.objects.create(address=request.address, address_compared=request.address_compared, **begun)
    else:
        _set(person, **begun, **({"joined_at": timezone.now(), "paused_until": None} if returning else {}))
    _note_request(person, request)
    note(person, ConsentEvent.RETURNED if returning else ConsentEvent.CONFIRMED, **how)
    return Confirmation(person=person, changed=True)


def _move(request: SubscriptionRequest, how: How) -> Confirmation:
    """Give a subscription its new address; one that is there already goes on, and the old one ends."""
    person = request.subscriber
    if person is None:
        return Confirmation(person=None, changed=False)
    former, there = person.address, _holder(request.address_compared)
    _note_request(person, request)
    if there is not None and there.pk != person.pk:
        return _merge(person, there, how)
    FormerAddress.objects.filter(address_compared=request.address_compared).delete()
    if person.address_compared != request.address_compared:
        FormerAddress.objects.create(subscriber=person, address_compared=person.address_compared, at=timezone.now())
    works_again = {"status": SubscriberStatus.SUBSCRIBED} if person.status == SubscriberStatus.BOUNCED else {}
    _set(person, address=request.address, address_compared=request.address_compared, **works_again)
    note(person, ConsentEvent.MOVED, **how)
    return Confirmation(person=person, changed=True, former_address=former)


def _merge(person: Subscriber, there: Subscriber, how: How) -> Confirmation:
    """Both addresses are somebody's own: one subscription goes on at the new one."""
    _set(person, status=SubscriberStatus.UNSUBSCRIBED)
    note(person, ConsentEvent.LEFT, **with_reason(how, "goes on at another address"))
    if there.status != SubscriberStatus.SUBSCRIBED:
        _set(there, status=SubscriberStatus.SUBSCRIBED, joined_at=timezone.now(), paused_until=None)
        note(there, ConsentEvent.RETURNED, **how)
    return Confirmation(person=there, changed=True, former_address=person.address)


def _note_request(person: Subscriber, request: SubscriptionRequest) -> None:
    note(
        person,
        ConsentEvent.REQUESTED,
        Mechanism(request.mechanism),
        at=request.at,
        source=request.source,
        wording=request.wording,
        basis=request.basis,
        reason=request.reason,
        by=request.by,
    )


def _holder(compared: str) -> Subscriber | None:
    return Subscriber.objects.filter(address_compared=compared).first()


def _set(person: Subscriber, **columns: Any) -> None:  # noqa: ANN401
    for name, value in columns.items():
        setattr(person, name, value)
    person.save(update_fields=[*columns, "updated_at"])
