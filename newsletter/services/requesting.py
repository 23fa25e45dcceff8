"""Wishes that the owner of an address has to confirm: to join, or to get the newsletter at another address.

A request changes nobody and tells nobody anything: it is made in the same way whether the address is on the list, left
it, was erased, or was never seen. Budgets against bombing are the caller's, who sends the mail that asks.
"""

from datetime import timedelta
from typing import Unpack

from django.db.models import Q
from django.utils import timezone

from newsletter.models import RequestKind, Subscriber, SubscriptionRequest
from newsletter.services.consent import How, require_basis
from newsletter.subscribers.addresses import Address
from newsletter.subscribers.details import Details
from newsletter.subscribers.tokens import LIFETIMES, Purpose
from newsletter.workspace import Workspace


def ask_to_join(
    workspace: Workspace,
    address: Address,
    *,
    basis: str = "consent",
    details: Details | None = None,
    **how: Unpack[How],
) -> SubscriptionRequest:
    """Note that somebody wants the newsletter at this address. Nothing is sent there but the mail that asks.

    Raises InputError for a basis that the workspace does not list.
    """
    told: Details = {**(details or {})}
    if address.name:
        told.setdefault("name", address.name)
    return _write(RequestKind.JOIN, address, **{"basis": require_basis(workspace, basis), **how}, details=told)


def ask_to_move(person: Subscriber, address: Address, **how: Unpack[How]) -> SubscriptionRequest:
    """Note that a subscriber wants the newsletter at another address, whose owner then says yes."""
    return _write(RequestKind.MOVE, address, subscriber=person, **how)


def _write(kind: RequestKind, address: Address, **columns: object) -> SubscriptionRequest:
    now = timezone.now()
    lifetime = LIFETIMES[Purpose.CONFIRM if kind == RequestKind.JOIN else Purpose.CHANGE_ADDRESS] or timedelta(days=7)
    return SubscriptionRequest.objects.create(
        kind=kind, address=address.typed, address_compared=address.compared, at=now, ends_at=now + lifetime, **columns
    )


def waiting_requests(compared: str) -> list[SubscriptionRequest]:
    """Requests for an address that can still be confirmed, newest first."""
    open_ = SubscriptionRequest.objects.filter(address_compared=compared, confirmed_at=None, ends_at__gt=timezone.now())
    return list(open_.order_by("-pk"))


def withdraw_requests(person: Subscriber) -> int:
    """Forget what somebody asked and did not confirm, because they say otherwise now; returns how many."""
    theirs = Q(address_compared=person.address_compared) | Q(subscriber=person)
    removed, _ = SubscriptionRequest.objects.filter(theirs, confirmed_at=None).delete()
    return removed


def purge_requests() -> int:
    """Remove requests whose time is over; returns how many. Run it daily."""
    removed, _ = SubscriptionRequest.objects.filter(ends_at__lte=timezone.now()).delete()
    return removed
