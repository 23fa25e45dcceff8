"""Personal links: tokens for a subscriber or a request, read back to whom they are for, and revoked."""

import hashlib
from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import RequestKind, RevokedToken, Subscriber, SubscriptionRequest
from newsletter.models.subscribers import new_public_id
from newsletter.secret_file import add_secret
from newsletter.services.audit import record_act
from newsletter.services.keys import key_of
from newsletter.services.subscribing import said_by
from newsletter.subscribers.tokens import MOST_KEYS, TOKEN, Purpose, make_token, read_token
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


def revoke_link(workspace: Workspace, text: str, *, by: str, reason: str = "") -> bool:
    """Make the link in a text useless; False where it was already. Raises InputError where none of ours is in it."""
    by, keys = said_by(by), key_of(workspace).for_tokens
    for token in TOKEN.findall(text):
        for purpose in set(Purpose) - {Purpose.BOUNCE}:
            with suppress(InputError):
                read_token(purpose, token, keys)
                return revoke(token, by=by, reason=reason)
    raise InputError("No personal link of ours that still works is in this; paste the whole link.")


def sign_anew(workspace: Workspace, *, by: str, ends_others: bool = False) -> None:
    """Sign links by a new key from now on; those already sent go on working unless `ends_others`."""
    by, keys = said_by(by), key_of(workspace).for_tokens
    if keys.current == MOST_KEYS - 1:
        raise ConflictError("There is no number left for another key of links.")
    with transaction.atomic():
        record_act("new key of links", "workspace", by=by, ends_others=ends_others)
        add_secret(workspace.secret_path, ends_others=ends_others)


def revoke(token: str, *, by: str, reason: str = "") -> bool:
    """Make one token useless, whatever it is for; False where it was already."""
    _row, is_new = RevokedToken.objects.get_or_create(
        token_hash=_hash(token), defaults={"at": timezone.now(), "by": by, "reason": reason}
    )
    return is_new


def renew_links(person: Subscriber, *, by: str) -> None:
    """Make every link that this person ever got useless; the next mail carries new ones."""
    by = said_by(by)
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
