"""Which way mail leaves. In practice it is the local outbox, whatever is configured.

The one exception is an SMTP server named by a loopback address: what it gets cannot leave this computer either, and
the demonstration sends to one.
"""

import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from newsletter.errors import ConflictError
from newsletter.models import Mailing
from newsletter.services.modes import is_practice
from newsletter.transports import open_transport
from newsletter.transports.base import Transport
from newsletter.workspace import Workspace

OUTBOX = "outbox:"


def route_url(workspace: Workspace, *, practice: bool) -> str:
    """Where mail goes, as a URL without any secret."""
    configured = workspace.config.sending.transport
    return configured if not practice or is_loopback(configured) else OUTBOX


def is_loopback(url: str) -> bool:
    """True for an SMTP server that is named by a loopback address, or as localhost."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        return False
    try:
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False  # another name may lead anywhere, today or tomorrow


def route_name(workspace: Workspace, *, practice: bool) -> str:
    """What the transport calls itself; attempts are recorded under it. Raises InputError for a URL that can't work."""
    url = route_url(workspace, practice=practice)
    return open_transport(
        url, outbox=workspace.outbox, password=workspace.smtp_password(), provider=workspace.provider_options()
    ).name


def open_route(workspace: Workspace, mailing: Mailing) -> Callable[[], Transport]:
    """Makes transports for a mailing, one for each worker.

    Raises ConflictError where a mailing planned live is met in a workspace that is in practice: in a copy or a restored
    backup its people would be marked as served while the outbox got their mail.
    """
    practice = is_practice(workspace)
    if practice and not mailing.practice:
        raise ConflictError(
            f"Mailing {mailing.pk} was planned live, and this workspace is in practice; run newsletter live --by NAME "
            "first if this is the right copy."
        )
    url, sending = route_url(workspace, practice=mailing.practice), workspace.config.sending
    return lambda: open_transport(
        url,
        outbox=workspace.outbox / mailing.uid,
        password=workspace.smtp_password,
        provider=workspace.provider_options(),
        engine=sending.engine,
        connections=sending.connections,
        window=sending.window,
    )
