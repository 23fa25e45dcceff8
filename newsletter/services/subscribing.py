"""The life of a subscription: begun by staff, left and taken up again, paused, brought up to date, stopped for good.

Joining and moving by the owner's own wish are in `requesting` and `confirming`; files in `importing`. Every change is
one transaction with its row in the consent record, and each function says whether it changed anything, so doing it
twice is harmless and nobody is told twice.
"""

from datetime import datetime, timedelta
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
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
from newsletter.services.consent import How, note, require_basis, with_reason
from newsletter.services.headcounts import people_by_status
from newsletter.services.requesting import withdraw_requests
from newsletter.services.suppressing import is_suppressed, suppress
from newsletter.subscribers.addresses import parse_address
from newsletter.subscribers.details import Details, known_body, language_tag
from newsletter.workspace import Workspace

__all__ = [
    "add_subscriber",
    "change_details",
    "count_by_status",
    "find_subscriber",
    "holder_of",
    "is_suppressed",
    "leave",
    "note",
    "pause",
    "resume",
    "said_by",
    "stop",
    "suppress",
    "undo_leave",
]

_LONGEST_PAUSE = timedelta(days=366)


@transaction.atomic
def add_subscriber(
    workspace: Workspace, text: str, *, basis: str, by: str, reason: str = "", body: str = "", language: str = ""
) -> Subscriber:
    """Take one person in by hand: `a@b.example` or `Name <a@b.example>`. Staff answer for it with their name.

    Raises InputError for a bad address, body or language, ConflictError for an address that is here, left earlier or is
    never to be written to.
    """
    address = parse_address(text)
    if is_suppressed(workspace, address.compared):
        raise ConflictError("This address is never to be written to again; only its owner can ask otherwise.")
    if holder_of(address.compared):
        raise ConflictError("This address is on the list already, or its owner left; look at it first.")
    person = Subscriber.objects.create(
        address=address.typed,
        address_compared=address.compared,
        status=SubscriberStatus.SUBSCRIBED,
        basis=require_basis(workspace, basis),
        name=address.name,
        body=known_body(body, workspace.bodies),
        language=language_tag(language),
    )
    note(person, ConsentEvent.ADDED, Mechanism.STAFF, basis=person.basis, by=said_by(by), reason=reason)
    return person


def said_by(name: str) -> str:
    """The name under which staff do something. Raises InputError where none is given."""
    if not name.strip():
        raise InputError("This needs a name: say who does it, and it is recorded.")
    return name.strip()


@transaction.atomic
def leave(person: Subscriber, **how: Unpack[How]) -> bool:
    """Take somebody off the list at once; deliveries that still wait skip them. False where they had left already.

    What they asked for and did not confirm is forgotten too: an old link must not bring them back.
    """
    withdraw_requests(person)
    here = (SubscriberStatus.SUBSCRIBED, SubscriberStatus.BOUNCED)  # else an address that works again would get mail
    if not _turn(person, here, SubscriberStatus.UNSUBSCRIBED):
        return False
    note(person, ConsentEvent.LEFT, **how)
    return True


@transaction.atomic
def undo_leave(workspace: Workspace, person: Subscriber, **how: Unpack[How]) -> bool:
    """Put back who left, as they were, by the undo in the notice. False where there is nothing to undo.

    That is so for who is subscribed, complained, or asked never to be written to again.
    """
    if is_suppressed(workspace, person.address_compared):
        return False
    if not _turn(person, (SubscriberStatus.UNSUBSCRIBED,), SubscriberStatus.SUBSCRIBED):
        return False
    note(person, ConsentEvent.RETURNED, **how)
    return True


@transaction.atomic
def stop(workspace: Workspace, person: Subscriber, **how: Unpack[How]) -> bool:
    """Never write to this person again, at this or an earlier address; False where that was decided before."""
    reason = SuppressionReason.STAFF if how["mechanism"] == Mechanism.STAFF else SuppressionReason.ASKED
    leave(person, **how)
    addresses = addresses_of(person)
    changed = [suppress(workspace, address, reason) for address in addresses]
    if not any(changed):
        return False
    note(person, ConsentEvent.STOPPED, **how)
    return True


@transaction.atomic
def pause(person: Subscriber, until: datetime, **how: Unpack[How]) -> bool:
    """Send nothing until then; False where that was so already. Raises InputError for a past or very late moment."""
    now = timezone.now()
    if not now < until <= now + _LONGEST_PAUSE:
        raise InputError("A pause ends on a day after today, and within a year.")
    if person.paused_until == until:
        return False
    _set(person, paused_until=until)
    note(person, ConsentEvent.PAUSED, **with_reason(how, f"until {until:%Y-%m-%d}"))
    return True


@transaction.atomic
def resume(person: Subscriber, **how: Unpack[How]) -> bool:
    """End a pause now; False where there is none."""
    if person.paused_until is None or person.paused_until <= timezone.now():
        return False
    _set(person, paused_until=None)
    note(person, ConsentEvent.RESUMED, **how)
    return True


@transaction.atomic
def change_details(person: Subscriber, details: Details, **how: Unpack[How]) -> list[str]:
    """Set what is told anew; returns the names of what changed, which the record keeps too, without the values."""
    changes = {name: value for name, value in details.items() if getattr(person, name) != value}
    if changes:
        _set(person, **changes)
        note(person, ConsentEvent.CHANGED, **with_reason(how, ", ".join(sorted(changes))))
    return sorted(changes)


def find_subscriber(text: str) -> Subscriber:
    """The person with this address, however it is typed, also where it is an earlier one of theirs.

    Raises InputError where there is none.
    """
    person = holder_of(parse_address(text).compared)
    if person is None:
        raise InputError("Nobody on the list has this address; look for another spelling.")
    return person


def holder_of(compared: str) -> Subscriber | None:
    """Whose address this is, or was before they gave us another one."""
    person = Subscriber.objects.filter(address_compared=compared).first()
    former = None if person else FormerAddress.objects.filter(address_compared=compared).select_related("subscriber")
    return person or next((row.subscriber for row in former or ()), None)


def addresses_of(person: Subscriber) -> list[str]:
    """Somebody's address and those they gave up, in the form in which addresses are compared."""
    return [person.address_compared, *person.former_addresses.values_list("address_compared", flat=True)]


def count_by_status() -> dict[str, int]:
    """How many people there are of each status; every status is named, and "pending" are wishes not confirmed yet."""
    waiting = SubscriptionRequest.objects.filter(
        kind=RequestKind.JOIN, confirmed_at=None, ends_at__gt=timezone.now()
    ).aggregate(people=Count("address_compared", distinct=True))
    return {"pending": waiting["people"], **people_by_status()}


def _turn(person: Subscriber, before: tuple[SubscriberStatus, ...], status: SubscriberStatus) -> bool:
    """Compare and set, so that of two who press at once one changes something."""
    still = Subscriber.objects.filter(pk=person.pk, status__in=before)
    if not still.update(status=status, updated_at=timezone.now()):
        return False
    person.status = status
    return True


def _set(person: Subscriber, **columns: Any) -> None:  # noqa: ANN401
    for name, value in columns.items():
        setattr(person, name, value)
    person.save(update_fields=[*columns, "updated_at"])
