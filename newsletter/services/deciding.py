"""What the owner of an address decides, by a link or a mail, and the mail that tells them: welcome, goodbye, moved."""

from datetime import timedelta
from typing import Unpack

from django.db import transaction
from django.utils import timezone

from newsletter.content.wording import phrase
from newsletter.errors import ConflictError
from newsletter.models import (
    AutomaticKind,
    ConsentEvent,
    ConsentRecord,
    Mechanism,
    RequestKind,
    Subscriber,
    SubscriberStatus,
    SubscriptionRequest,
)
from newsletter.services.alerts import raise_alert
from newsletter.services.confirming import confirm
from newsletter.services.consent import How, note
from newsletter.services.outgoing import queue
from newsletter.services.personal_links import person_of
from newsletter.services.requesting import ask_to_move
from newsletter.services.subscribing import leave, undo_leave
from newsletter.subscribers.addresses import Address
from newsletter.subscribers.tokens import Purpose
from newsletter.workspace import Workspace

_DAY = timedelta(days=1)
NOT_HERE = phrase("This address is not on the list any more. You can subscribe again at any time.")


@transaction.atomic
def say_yes(
    workspace: Workspace, request: SubscriptionRequest, *, mechanism: Mechanism, source: str = "", language: str = ""
) -> bool:
    """Confirm a request. False where it was done before.

    Raises ConflictError where its time is over, and where the person has left since: an old yes brings nobody back.
    """
    done = confirm(workspace, request, mechanism=mechanism, source=source)
    if done.changed and done.person:
        language = done.person.language or language
        if request.kind == RequestKind.JOIN:
            _welcome(workspace, done.person, request, language)
        elif done.former_address:
            _tell(workspace, AutomaticKind.MOVED, done.person, f"moved:{request.public_id}", to=done.former_address)
    elif done.person is None or done.person.status != SubscriberStatus.SUBSCRIBED:
        raise ConflictError(NOT_HERE)
    return done.changed


def _welcome(workspace: Workspace, person: Subscriber, request: SubscriptionRequest, language: str) -> None:
    _tell(workspace, AutomaticKind.WELCOME, person, f"welcome:{request.public_id}", language=language)
    if not workspace.publication.base_url:  # no page to read it on
        _tell(workspace, AutomaticKind.LATEST, person, f"latest:{request.public_id}", language=language)


@transaction.atomic
def take_off(workspace: Workspace, person: Subscriber, **how: Unpack[How]) -> bool:
    """Take somebody off the list at once, and tell that address, with a way back. False where they had left."""
    told = person.status == SubscriberStatus.SUBSCRIBED
    if not leave(person, **how):
        return False
    if told:  # an address that no longer works is not written to
        cause = f"left:{person.consent.latest('pk').pk}"
        _tell(workspace, AutomaticKind.GOODBYE, person, cause)
    if how["mechanism"] == Mechanism.LINK and person.body:
        _watch(workspace, person.body)
    return True


def _watch(workspace: Workspace, body: str) -> None:
    """Nobody is kept from leaving by their own link; that a whole body leaves within a day is told to staff."""
    now = timezone.now()
    left = ConsentRecord.objects.filter(event=ConsentEvent.LEFT, mechanism=Mechanism.LINK, at__gt=now - _DAY)
    if left.filter(subscriber__body=body).count() > workspace.config.pages.leaves_per_body:
        raise_alert(workspace, "burst", now)


def come_back(workspace: Workspace, token: str, *, mechanism: Mechanism, source: str = "") -> bool:
    """Put back who left, by the undo in the notice. False where they were back already.

    Raises ConflictError where they asked since never to be written to, or complained.
    """
    person = person_of(workspace, Purpose.UNDO, token)
    if undo_leave(workspace, person, mechanism=mechanism, source=source):
        return True
    if person.status != SubscriberStatus.SUBSCRIBED:
        raise ConflictError(NOT_HERE)
    return False


def _tell(
    workspace: Workspace, kind: AutomaticKind, person: Subscriber, cause: str, *, to: str = "", language: str = ""
) -> None:
    language = language or person.language
    queue(workspace, kind, to or person.address, cause=cause, language=language, subscriber=person)


@transaction.atomic
def ask_to_stay(workspace: Workspace, person: Subscriber, *, by: str, source: str = "") -> bool:
    """Ask somebody whom their body's list no longer names; False where they were asked already and nothing was heard.

    They stay on the list unless they say otherwise.
    """
    last = person.consent.order_by("pk").last()
    if last is not None and last.event == ConsentEvent.ASKED:
        return False
    note(person, ConsentEvent.ASKED, Mechanism.STAFF, by=by, source=source)
    _tell(workspace, AutomaticKind.STAY, person, f"stay:{person.consent.latest('pk').pk}")
    return True


@transaction.atomic
def ask_new_address(
    workspace: Workspace, person: Subscriber, address: Address, **how: Unpack[How]
) -> SubscriptionRequest:
    """Ask at an address whether somebody wants the newsletter there from now on."""
    request = ask_to_move(person, address, **how)
    cause = f"request:{request.public_id}"
    queue(workspace, AutomaticKind.MOVE, address.typed, cause=cause, language=person.language, request=request)
    return request
