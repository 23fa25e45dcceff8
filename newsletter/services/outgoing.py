"""The queue of short mails that the program writes on its own: put in with what causes them, sent within seconds.

A mail is written down in the transaction that makes it due, and crossed out when it was handed over. What a crash
leaves in between goes again, as the same message with the same Message-ID and Date: rather twice than never, because
each of them is somebody's only way to confirm, to come back, or to know. Its words, and any token in them, are made
when it leaves; the database holds neither.
"""

import logging
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from threading import Event

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsletter.errors import NewsletterError, UnavailableError
from newsletter.models import AutomaticKind, AutomaticMail, AutomaticState, Subscriber, SubscriptionRequest
from newsletter.models.mailings import new_uid
from newsletter.services.keys import key_of
from newsletter.services.machines import is_machine
from newsletter.services.modes import is_practice
from newsletter.services.routing import route_url
from newsletter.services.writing import write
from newsletter.subscribers.addresses import address_key, parse_address
from newsletter.transports import open_transport
from newsletter.transports.base import Accepted, Envelope, Outcome, PlainForms, Refused
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_AT_ONCE = 50  # mails taken together
_WAITS = (1, 5, 15, 60, 180, 360, 720)  # minutes before the next attempt; after the last it is given up
_TO_STAFF = (AutomaticKind.ALERT, AutomaticKind.ALONE, AutomaticKind.INVITATION, AutomaticKind.FLAGGED)
_KEPT = timedelta(days=31)  # the row alone, without the address, for the budgets


def queue(
    workspace: Workspace,
    kind: AutomaticKind,
    address: str,
    *,
    cause: str,
    language: str = "",
    subscriber: Subscriber | None = None,
    request: SubscriptionRequest | None = None,
    answers: str = "",
    **facts: str,
) -> bool:
    """Have a mail sent to an address, once for each cause, inside the transaction that brings the cause about.

    False where the cause has had its mail, and where the address is a machine's: no program of ours answers another.
    """
    compared = parse_address(address).compared
    if is_machine(workspace, compared) and kind not in _TO_STAFF:
        return False
    now = timezone.now()
    _mail, is_new = AutomaticMail.objects.get_or_create(
        cause=cause,
        defaults={
            "kind": kind,
            "address": address,
            "address_key": address_key(compared, key_of(workspace).for_addresses),
            "language": language or workspace.publication.language,
            "subscriber": subscriber,
            "request": request,
            "answers": answers,
            "facts": facts,
            "message_id": f"<{kind}.{new_uid()}@{workspace.publication.from_address.rpartition('@')[2]}>",
            "date": now,
            "next_at": now,
        },
    )
    return is_new


def mails_since(workspace: Workspace, kind: AutomaticKind, address: str, since: datetime) -> int:
    """How many mails of a kind an address was sent, or will be."""
    key = address_key(parse_address(address).compared, key_of(workspace).for_addresses)
    return AutomaticMail.objects.filter(address_key=key, kind=kind, date__gt=since).count()


def send_due(workspace: Workspace, stop: Event | None = None) -> int:
    """Send what is due; returns how many were handed over. Raises UnavailableError where the way out is closed."""
    due = AutomaticMail.objects.filter(state=AutomaticState.WAITING, next_at__lte=timezone.now()).order_by("pk")
    mails = list(due.select_related("subscriber", "request")[:_AT_ONCE])
    if not mails:
        return 0
    transport = open_transport(
        route_url(workspace, practice=is_practice(workspace)),
        outbox=workspace.outbox / "automatic",
        password=workspace.smtp_password,
        provider=workspace.provider_options(),
    )
    journal = _Crossings()
    try:
        transport.deliver(_envelopes(workspace, mails, stop), journal)
    except UnavailableError:
        due.update(next_at=timezone.now() + timedelta(minutes=_WAITS[0]))  # and nobody hammers at a closed door
        raise
    return journal.sent


def _envelopes(workspace: Workspace, mails: Sequence[AutomaticMail], stop: Event | None) -> Iterator[Envelope]:
    for mail in mails:
        if stop is not None and stop.is_set():
            return
        try:
            message = write(workspace, mail)
            recipient = parse_address(mail.address).deliverable
        except NewsletterError as error:
            logger.error("automatic mail %d can't be written: %s", mail.pk, type(error).__name__)  # noqa: TRY400
            _end(mail.pk, AutomaticState.GIVEN_UP)
            continue
        sender = workspace.config.sending.bounce_address or workspace.publication.from_address
        yield Envelope(delivery_id=mail.pk, sender=sender, recipient=recipient, message=message)


class _Crossings(PlainForms):
    """The journal of these mails: an attempt is written down before it is made, with the time of the next one."""

    def __init__(self) -> None:
        """Nothing was sent."""
        self.sent = 0

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> AbstractSet[int]:
        """Cross out what was taken or refused for good; grant what is still waiting and nobody else has taken."""
        with transaction.atomic():
            for number, outcome in outcomes:
                if isinstance(outcome, Accepted):
                    self.sent += _end(number, AutomaticState.SENT)
                elif isinstance(outcome, Refused):
                    _end(number, AutomaticState.GIVEN_UP)
            return {number for number in intents if _take(number, timezone.now())}


def _take(number: int, now: datetime) -> bool:
    waiting = AutomaticMail.objects.filter(pk=number, state=AutomaticState.WAITING, next_at__lte=now)
    attempts = waiting.values_list("attempts", flat=True).first()
    if attempts is None:
        return False
    if attempts >= len(_WAITS):
        _end(number, AutomaticState.GIVEN_UP)
        return False
    again = now + timedelta(minutes=_WAITS[attempts])
    return bool(waiting.filter(attempts=attempts).update(attempts=F("attempts") + 1, next_at=again))


def _end(number: int, state: AutomaticState) -> int:
    waiting = AutomaticMail.objects.filter(pk=number, state=AutomaticState.WAITING)
    return waiting.update(state=state, next_at=None, address="", facts={}, answers="")


def purge_sent(now: datetime | None = None) -> int:
    """Forget mails that left long ago; returns how many."""
    ended = AutomaticMail.objects.exclude(state=AutomaticState.WAITING)
    removed, _ = ended.filter(date__lt=(now or timezone.now()) - _KEPT).delete()
    return removed
