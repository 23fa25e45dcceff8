"""A mail server on this machine that takes replies: where Postfix or another server delivers them to, by LMTP or SMTP.

A mail is acknowledged when it is on the disk and in the database, and not before: until then it is the other server's.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import SplitResult, urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error as DatabaseProblem
from django.db import connections

from newsletter.content.inbox_config import PUSHED
from newsletter.errors import InputError
from newsletter.replies.limits import Limits
from newsletter.services.inbox.arriving import hand_in
from newsletter.transports.loopback import is_loopback
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_TAKEN = "250 2.0.0 kept"
_LATER = "451 4.3.0 it can't be kept now, try again later"


class _Taker:
    """Answers for each mail, once it is kept."""

    def __init__(self, workspace: Workspace, name: str, *, each: bool) -> None:
        """Take mails for a workspace; `each`: one answer for each recipient, as LMTP wants (RFC 2033 section 4.2)."""
        self._workspace, self._name, self._each = workspace, name, each

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one mail, off the loop: the disk takes its time."""
        answer = await asyncio.get_running_loop().run_in_executor(None, self._keep, envelope)
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self._each else 1))

    def _keep(self, envelope: Envelope) -> str:
        raw, sender = envelope.original_content or b"", envelope.mail_from or ""
        try:
            hand_in(self._workspace, raw, source=self._name, sender=sender, recipients=envelope.rcpt_tos)
        except (OSError, DatabaseProblem) as error:
            logger.warning("a reply can't be kept now: %s", type(error).__name__)
            return _LATER
        finally:
            connections.close_all()
        return _TAKEN


@contextmanager
def receiving(workspace: Workspace) -> Iterator[list[str]]:
    """Listen wherever `[inbox] sources` says for as long as the block lasts; gives the addresses that are listened to.

    Raises InputError for one that can't be, or that others than this machine could reach.
    """
    urls = [url for url in workspace.config.inbox.sources if url.partition(":")[0] in PUSHED]
    with ExitStack() as stack:
        yield [stack.enter_context(_listening(workspace, url)) for url in urls]


@contextmanager
def _listening(workspace: Workspace, url: str) -> Iterator[str]:
    parts = urlsplit(url)
    door = _door(workspace, parts)
    loop = asyncio.new_event_loop()
    make = _protocol(workspace, parts, url, loop)
    if isinstance(door, Path):
        server: asyncio.Server = loop.run_until_complete(loop.create_unix_server(make, str(door)))
    else:
        server = loop.run_until_complete(loop.create_server(make, sock=door))
    thread = Thread(target=loop.run_forever, name=f"newsletter-{parts.scheme}", daemon=True)
    thread.start()
    try:
        yield url if isinstance(door, Path) else f"{parts.scheme}://{parts.hostname}:{door.getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)
        loop.close()


def _protocol(
    workspace: Workspace, parts: SplitResult, url: str, loop: asyncio.AbstractEventLoop
) -> Callable[[], SMTP]:
    is_lmtp = parts.scheme == "lmtp"
    kind, taker = LMTP if is_lmtp else SMTP, _Taker(workspace, url, each=is_lmtp)
    return lambda: kind(
        taker, data_size_limit=Limits().message_bytes, enable_SMTPUTF8=True, hostname="localhost", loop=loop
    )


def _door(workspace: Workspace, parts: SplitResult) -> socket.socket | Path:
    """A bound socket, or the path of one that is made: its own folder says who may use it."""
    if not parts.netloc:
        path = workspace.root / parts.path
        path.unlink(missing_ok=True)  # what a process that was killed left
        return path
    if not parts.hostname or not is_loopback(parts.hostname):
        raise InputError(f"{parts.geturl()} could be reached from other machines; take replies on 127.0.0.1.")
    try:
        return socket.create_server((parts.hostname, parts.port or 0), reuse_port=False)
    except (OSError, ValueError) as error:
        raise InputError(f"{parts.geturl()} can't be listened on ({error}); choose another port.") from None


async def _close(server: asyncio.Server) -> None:
    with closing(server):
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
