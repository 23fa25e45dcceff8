"""Erases a person: everything but a keyed hash that keeps them from coming back, and numbers that name nobody."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from newsletter.errors import InputError
from newsletter.models import (
    Attempt,
    AutomaticMail,
    AutomaticState,
    Delivery,
    DeliveryState,
    PostedForm,
    Reason,
    Subscriber,
    SubscriptionRequest,
    SuppressionReason,
)
from newsletter.services import ledger
from newsletter.services.audit import record_act
from newsletter.services.contributing import forget_sender
from newsletter.services.inbox.keeping import forget_replies_of
from newsletter.services.keys import key_of
from newsletter.services.story import story_of
from newsletter.services.subscribing import addresses_of, holder_of, said_by
from newsletter.services.suppressing import suppress
from newsletter.subscribers.addresses import address_hasher, parse_address
from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What an erasure did."""

    skipped: int  # deliveries that waited, and will not be sent
    under_way: int  # copies that a mail server was being given at this moment
    addresses: int  # addresses that are never to be written to again: the present one and earlier ones


@transaction.atomic
def erase(workspace: Workspace, person: Subscriber, *, by: str) -> Erasure:
    """Remove a person, their consent record, requests, earlier addresses and typed forms; the ledger keeps counts.

    Only a request of the owner, confirmed anew, brings the address back. Copies of the database made before still hold
    the person until they are deleted. Raises InputError without a name.
    """
    by, number = said_by(by), person.pk
    rows = Delivery.objects.filter(subscriber=person)
    skipped = ledger.skip(rows.values_list("pk", flat=True), Reason.ERASED)
    under_way = rows.filter(state__in=(DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)).count()
    _unname(rows)
    addresses = addresses_of(person)
    for address in addresses:
        suppress(workspace, address, SuppressionReason.ERASED)
    forget(workspace, addresses)
    person.delete()
    record_act("erase", f"subscriber {number}", by=by, skipped=skipped)
    return Erasure(skipped=skipped, under_way=under_way, addresses=len(addresses))


@transaction.atomic
def erase_address(workspace: Workspace, text: str, *, by: str) -> Erasure:
    """Erase whoever has this address, or had it; also somebody who only asked to join or sent something in.

    Raises InputError without a name, and where nothing is kept about the address.
    """
    address = parse_address(text)
    if person := holder_of(address.compared):
        return erase(workspace, person, by=by)
    if not story_of(workspace, address).chapters:
        raise InputError("Nothing is kept about this address; look for another spelling.")
    suppress(workspace, address.compared, SuppressionReason.ERASED)
    forget(workspace, [address.compared])
    record_act("erase", "address", by=said_by(by))
    return Erasure(skipped=0, under_way=0, addresses=1)


def _unname(rows: QuerySet[Delivery]) -> None:
    """Take out of the ledger what names the person; mail systems like to repeat the address in their answer."""
    attempts: QuerySet[Attempt] = QuerySet(Attempt)  # history is never changed, but for this
    attempts.filter(delivery__in=rows, reply_text__contains="@").update(reply_text="")
    rows.filter(reply_text__contains="@").update(reply_text="")
    rows.filter(address_key__isnull=False).update(address_key=None)


def forget(workspace: Workspace, addresses: Collection[str]) -> None:
    """Remove what was asked, typed, or is about to be sent there; news they sent in stays without a sender."""
    keys = list(map(address_hasher(key_of(workspace).for_addresses), addresses))
    SubscriptionRequest.objects.filter(address_compared__in=addresses).delete()
    AutomaticMail.objects.filter(address_key__in=keys, state=AutomaticState.WAITING).delete()
    PostedForm.objects.filter(address_key__in=keys, next_at__isnull=False).delete()
    forget_sender(addresses)
    forget_replies_of(workspace, addresses)
