"""Which way mail leaves. In practice it is the local outbox, whatever is configured.

The one exception is an SMTP server named by a loopback address on a port of its own, such as the demonstration's: a
mail catcher. The ports that mail servers listen on are no exception, because a Postfix there would pass mail on.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from newsletter.errors import ConflictError
from newsletter.models import Mailing
from newsletter.services.modes import is_practice
from newsletter.transports import open_transport
from newsletter.transports.base import Transport
from newsletter.transports.loopback import is_loopback
from newsletter.workspace import Workspace

OUTBOX = "outbox:"
_KEEPS_NOTHING = (OUTBOX, "memory:")  # what lands there reaches nobody
_RELAY_PORTS = (None, 25, 465, 587)  # RFC 5321, RFC 8314; None stands for the default of the scheme


def route_url(workspace: Workspace, *, practice: bool) -> str:
    """Where mail goes, as a URL without any secret."""
    configured = workspace.config.sending.transport
    return configured if not practice or is_local_catcher(configured) else OUTBOX


def is_local_catcher(url: str) -> bool:
    """True for an SMTP server that is named by a loopback address, or as localhost, on no mail server's own port."""
    parts = urlsplit(url)
    try:
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port in _RELAY_PORTS:
            return False
    except ValueError:
        return False  # the port is no number
    return is_loopback(parts.hostname)


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
    _require_reach(workspace, practice=mailing.practice)
    return lambda: _opened(workspace, practice=mailing.practice, outbox=workspace.outbox / mailing.uid)


def try_route(workspace: Workspace) -> None:
    """Go the way that a mailing planned now would go, and send nothing: connect, sign in, say goodbye.

    Raises UnavailableError where that can't be done, ConflictError where mail would reach nobody.
    """
    practice = is_practice(workspace)
    _require_reach(workspace, practice=practice)
    _opened(workspace, practice=practice, outbox=workspace.outbox).probe()


def reaches_somebody(workspace: Workspace) -> bool:
    """Whether the way that is configured leads out of this computer."""
    return workspace.config.sending.transport not in _KEEPS_NOTHING


def _require_reach(workspace: Workspace, *, practice: bool) -> None:
    if not practice and not reaches_somebody(workspace):
        url = workspace.config.sending.transport
        raise ConflictError(f"[sending] transport is {url}, which reaches nobody; name the mail server to send by.")


def _opened(workspace: Workspace, *, practice: bool, outbox: Path) -> Transport:
    sending = workspace.config.sending
    return open_transport(
        route_url(workspace, practice=practice),
        outbox=outbox,
        password=workspace.smtp_password,
        provider=workspace.provider_options(),
        engine=sending.engine,
        connections=sending.connections,
        window=sending.window,
    )
