"""Personal links: tokens for a subscriber or a request, read back to whom they are for, and revoked."""

import hashlib

from django.utils import timezone

from newsletter.errors import InputError
from newsletter.models import RequestKind, RevokedToken, Subscriber, SubscriptionRequest
from newsletter.models.subscribers import new_public_id
from newsletter.services.audit import record_act
from newsletter.services.keys import key_of
from newsletter.subscribers.tokens import Purpose, make_token, read_token
from newsletter.workspace import Workspace

_PURPOSES = {RequestKind.JOIN: Purpose.CONFIRM, RequestKind.MOVE: Purpose.CHANGE_ADDRESS}
_GONE = "This link no longer works; ask for a new one, or write to us."


def token_for(workspace: Workspace, purpose: Purpose, person: Subscriber) -> str:
    """A token by which the holder acts for this person: unsubscribe, preferences or undo."""
    return make_token(purpose, person.public_id, key_of(workspace).for_tokens)


def token_for_request(workspace: Workspace, request: SubscriptionRequest) -> str:
    """The token that confirms a request; it goes to the request's address and nowhere else."""
    return make_token(_PURPOSES[RequestKind(request.kind)], request.public_id, key_of(workspace).for_tokens)


def person_of(workspace: Workspace, purpose: Purpose, token: str) -> Subscriber:
    """Whom a token is for. Raises InputError for one that is forged, out of time, revoked, or of somebody erased."""
    found = Subscriber.objects.filter(public_id=_read(workspace, purpose, token)).first()
    if found is None:
        raise InputError(_GONE)
    return found


def request_of(workspace: Workspace, kind: RequestKind, token: str) -> SubscriptionRequest:
    """The request that a token confirms. Raises InputError as `person_of` does, also where it was removed."""
    public_id = _read(workspace, _PURPOSES[kind], token)
    found = SubscriptionRequest.objects.select_related("subscriber").filter(public_id=public_id, kind=kind).first()
    if found is None:
        raise InputError(_GONE)
    return found


def revoke(token: str, *, by: str, reason: str = "") -> bool:
    """Make one token useless, whatever it is for; False where it was already."""
    _row, is_new = RevokedToken.objects.get_or_create(
        token_hash=_hash(token), defaults={"at": timezone.now(), "by": by, "reason": reason}
    )
    return is_new


def renew_links(person: Subscriber, *, by: str) -> None:
    """Make every link that this person ever got useless; the next mail carries new ones."""
    Subscriber.objects.filter(pk=person.pk).update(public_id=new_public_id())
    record_act("renew links", f"subscriber {person.pk}", by=by)
    person.refresh_from_db(fields=["public_id"])


def _read(workspace: Workspace, purpose: Purpose, token: str) -> int:
    subject = read_token(purpose, token, key_of(workspace).for_tokens)
    if RevokedToken.objects.filter(token_hash=_hash(token)).exists():
        raise InputError(_GONE)
    return subject


def _hash(token: str) -> str:
    return hashlib.sha256(token.strip().lower().encode()).hexdigest()  # a token counts in any case of its letters
