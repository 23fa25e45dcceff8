"""Links that let somebody in once. The database keeps what a link is found by; only with our key is it a link."""

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta

from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import LinkPurpose, OneTimeLink, User
from newsletter.services.keys import key_of
from newsletter.workspace import Workspace

LASTS = {
    LinkPurpose.FIRST: timedelta(days=1),
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RECOVERY: timedelta(days=1),
    LinkPurpose.ENTRANCE: timedelta(hours=8),
}
PATH = "studio/link/"  # below the pages' root; the token follows

_MARK = 22  # letters of the hash in a link: 128 bits
_GONE = "This link was used before, or has run out. Ask an administrator for a new one."


def make_link(purpose: LinkPurpose, user: User | None = None) -> OneTimeLink:
    """A new link, inside the caller's transaction; earlier ones of the same purpose and person stop working."""
    now = timezone.now()
    OneTimeLink.objects.filter(purpose=purpose, user=user, used_at=None).update(expires_at=now)
    return OneTimeLink.objects.create(purpose=purpose, user=user, made_at=now, expires_at=now + LASTS[purpose])


def token_of(workspace: Workspace, link: OneTimeLink) -> str:
    """What stands at the end of the link's address."""
    return f"{link.nonce}~{_mark(workspace, link.nonce)}"


def address_of(workspace: Workspace, link: OneTimeLink, server: str = "") -> str:
    """The whole link; on `server`, such as `http://127.0.0.1:8000`, where there is no public address."""
    base = workspace.publication.base_url or server
    return f"{base}/{PATH}{token_of(workspace, link)}"


def open_link(workspace: Workspace, token: str) -> OneTimeLink:
    """The link of a token; opening uses nothing up. Raises ConflictError for one that does not work (any more)."""
    nonce, _, mark = token.partition("~")
    link = None
    if hmac.compare_digest(mark.encode(), _mark(workspace, nonce).encode()):
        link = OneTimeLink.objects.select_related("user").filter(nonce=nonce, used_at=None).first()
    if link is None or link.expires_at <= timezone.now() or (link.user and not link.user.is_active):
        raise ConflictError(_GONE)
    return link


def use_up(link: OneTimeLink) -> None:
    """Cross a link out, inside the caller's transaction. Raises ConflictError where somebody else was first."""
    now = timezone.now()
    if not OneTimeLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now):
        raise ConflictError(_GONE)


def _mark(workspace: Workspace, nonce: str) -> str:
    key = key_of(workspace).derive("one-time links")
    return urlsafe_b64encode(hmac.digest(key, nonce.encode(), "sha256")).decode()[:_MARK]
