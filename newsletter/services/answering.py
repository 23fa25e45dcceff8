"""Acts on what strangers posted with an address that they typed: a mail to that address, or their way off the list.

No more than one mail a day goes to an address for one cause, and no more an hour to a domain, or in all, than the
budgets of `[pages]` say: nobody can be bombed through us. What is over a budget waits for up to a day.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Event

from django.db import transaction
from django.utils import timezone

from newsletter.models import (
    AutomaticKind,
    Mechanism,
    PostedForm,
    PostedKind,
    Subscriber,
    SubscriberStatus,
    SubscriptionRequest,
    SuppressionReason,
)
from newsletter.services.alerts import raise_alert
from newsletter.services.deciding import take_off
from newsletter.services.outgoing import mails_since, queue
from newsletter.services.posting import DAY, HOUR
from newsletter.services.requesting import ask_to_join, ask_to_move
from newsletter.services.subscribing import holder_of
from newsletter.services.suppressing import why_suppressed
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_AT_ONCE = 200
_LATER = timedelta(minutes=10)
_UNCONFIRMED = 3  # mails in a month that ask an address to confirm; then it has said no
_MONTH = timedelta(days=31)


def answer_posted(workspace: Workspace, stop: Event | None = None) -> int:
    """Act on every form that waits, each in a transaction of its own; returns how many there were."""
    waiting = PostedForm.objects.filter(next_at__lte=timezone.now()).order_by("pk")
    numbers = list(waiting.values_list("pk", flat=True)[:_AT_ONCE])
    for number in numbers:
        if stop is not None and stop.is_set():
            break
        try:
            with transaction.atomic():
                _answer(workspace, number)
        except Exception as error:  # noqa: BLE001  (one form that breaks something must not hold up all others)
            logger.error("posted form %d is put off: %s", number, type(error).__name__)  # noqa: TRY400  (no addresses)
            PostedForm.objects.filter(pk=number).update(next_at=timezone.now() + _LATER)
    return len(numbers)


def _answer(workspace: Workspace, number: int) -> None:
    posted = PostedForm.objects.select_for_update().filter(pk=number, next_at__isnull=False).first()
    if posted is None:  # another process was first
        return
    now, address = timezone.now(), parse_address(posted.address)
    short = _short_of(workspace, posted, now)
    if short and posted.at < now - DAY:
        _done(posted)
    elif short:
        raise_alert(workspace, short, now)
        PostedForm.objects.filter(pk=posted.pk).update(next_at=now + _LATER)
    else:
        _done(posted, mailed=_ACTS[PostedKind(posted.kind)](workspace, posted, address))


def _done(posted: PostedForm, *, mailed: bool = False) -> None:
    mailed_at = timezone.now() if mailed else None
    PostedForm.objects.filter(pk=posted.pk).update(next_at=None, address="", details={}, mailed_at=mailed_at)


def _short_of(workspace: Workspace, posted: PostedForm, now: datetime) -> str | None:
    """The budget that is spent, if one is. Nobody has to wait to leave: that mail follows from an act, once."""
    if posted.kind == PostedKind.LEAVE:
        return None
    pages = workspace.config.pages
    lately = PostedForm.objects.filter(mailed_at__gt=now - HOUR).exclude(kind=PostedKind.LEAVE)
    if lately.filter(domain_key=posted.domain_key).count() >= pages.mails_per_domain:
        return "domain"
    return "overall" if lately.count() >= pages.mails_overall else None


def _join(workspace: Workspace, posted: PostedForm, address: Address) -> bool:
    asked = mails_since(workspace, AutomaticKind.CONFIRM, address.typed, posted.at - _MONTH)
    if asked >= _UNCONFIRMED or _had_today(workspace, AutomaticKind.CONFIRM, address.typed):
        return False
    if why_suppressed(workspace, address.compared) == SuppressionReason.STAFF:
        return False  # they could not say yes to it
    request = ask_to_join(
        workspace,
        address,
        basis=workspace.config.pages.basis,
        details=posted.details,
        mechanism=Mechanism(posted.mechanism),
        source=posted.source,
        wording=posted.wording,
    )
    return _ask(workspace, AutomaticKind.CONFIRM, posted, request)


def _ask(workspace: Workspace, kind: AutomaticKind, posted: PostedForm, request: SubscriptionRequest) -> bool:
    """The mail that asks the owner of the address; it threads where they wrote to us themselves."""
    return queue(
        workspace,
        kind,
        request.address,
        cause=f"request:{request.public_id}",
        language=posted.language,
        request=request,
        answers=posted.source if posted.is_own and posted.source.startswith("<") else "",
    )


def _move(workspace: Workspace, posted: PostedForm, address: Address) -> bool:
    person = Subscriber.objects.filter(pk=posted.details.get("person")).first()
    if person is None or _had_today(workspace, AutomaticKind.MOVE, address.typed):
        return False
    request = ask_to_move(person, address, mechanism=Mechanism(posted.mechanism), source=posted.source)
    return _ask(workspace, AutomaticKind.MOVE, posted, request)


def _settings(workspace: Workspace, posted: PostedForm, address: Address) -> bool:
    person = _subscribed(address)
    return person is not None and _tell(workspace, AutomaticKind.SETTINGS, posted, person)


def _leave(workspace: Workspace, posted: PostedForm, address: Address) -> bool:
    person = _subscribed(address)
    if person is None:
        return False
    group = person.body or posted.domain_key
    left = PostedForm.objects.filter(kind=PostedKind.LEAVE, body=group, at__gt=posted.at - DAY).count()
    if left >= workspace.config.pages.leaves_per_body:
        raise_alert(workspace, "body", timezone.now())
        return _tell(workspace, AutomaticKind.LEAVE, posted, person)
    PostedForm.objects.filter(pk=posted.pk).update(body=group)
    return take_off(workspace, person, mechanism=Mechanism.FORM)


def _tell(workspace: Workspace, kind: AutomaticKind, posted: PostedForm, person: Subscriber) -> bool:
    """A mail to a subscriber, unless one of its kind went there today."""
    if _had_today(workspace, kind, person.address):
        return False
    cause = f"posted:{posted.pk}"
    return queue(workspace, kind, person.address, cause=cause, language=posted.language, subscriber=person)


def _subscribed(address: Address) -> Subscriber | None:
    person = holder_of(address.compared)
    return person if person and person.status == SubscriberStatus.SUBSCRIBED else None


def _had_today(workspace: Workspace, kind: AutomaticKind, address: str) -> bool:
    return mails_since(workspace, kind, address, timezone.now() - DAY) > 0


_ACTS: Mapping[PostedKind, Callable[[Workspace, PostedForm, Address], bool]] = {
    PostedKind.JOIN: _join,
    PostedKind.MOVE: _move,
    PostedKind.SETTINGS: _settings,
    PostedKind.LEAVE: _leave,
}
