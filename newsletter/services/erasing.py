"""Erases a person: everything but a keyed hash that keeps them from coming back, and numbers that name nobody."""

from dataclasses import dataclass

from django.db import transaction

from newsletter.models import Delivery, DeliveryState, Reason, Subscriber, SubscriptionRequest, SuppressionReason
from newsletter.services import ledger
from newsletter.services.audit import record_act
from newsletter.services.contributing import forget_sender
from newsletter.services.inbox.keeping import forget_replies_of
from newsletter.services.suppressing import suppress
from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What an erasure did."""

    skipped: int  # deliveries that waited, and will not be sent
    under_way: int  # copies that a mail server was being given at this moment
    addresses: int  # addresses that are never to be written to again: the present one and earlier ones


@transaction.atomic
def erase(workspace: Workspace, person: Subscriber, *, by: str) -> Erasure:
    """Remove a person, their consent record, requests and earlier addresses; the ledger keeps its counts.

    Only a request of the owner, confirmed anew, brings the address back. Copies of the database made before still hold
    the person, until they are deleted; the audit record says when that was.
    """
    rows = Delivery.objects.filter(subscriber=person)
    skipped = ledger.skip(rows.values_list("pk", flat=True), Reason.ERASED)
    under_way = rows.filter(state__in=(DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)).count()
    rows.filter(address_key__isnull=False).update(address_key=None)
    addresses = [person.address_compared, *person.former_addresses.values_list("address_compared", flat=True)]
    for address in addresses:
        suppress(workspace, address, SuppressionReason.ERASED)
    SubscriptionRequest.objects.filter(address_compared__in=addresses).delete()
    forget_sender(addresses)
    forget_replies_of(workspace, addresses)
    number = person.pk
    person.delete()
    record_act("erase", f"subscriber {number}", by=by, skipped=skipped)
    return Erasure(skipped=skipped, under_way=under_way, addresses=len(addresses))
