"""A mail server on this machine that takes every mail and keeps it as a file: where the demonstration sends to."""

import asyncio
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from aiosmtpd.smtp import SMTP, Envelope, Session

_LARGEST = 30_000_000  # bytes


class _Keeper:
    """Keeps each mail as `NNNN.eml`; a file name never holds an address."""

    def __init__(self, folder: Path, unknown: Container[str]) -> None:
        """Keep mails in this folder."""
        self._folder, self._unknown = folder, unknown
        self._count = 0

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Whether there is such a person."""
        if address in self._unknown:
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 known"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take one mail."""
        self._count += 1
        (self._folder / f"{self._count:04}.eml").write_bytes(envelope.original_content or b"")
        return "250 2.0.0 kept"


@contextmanager
def mail_catcher(folder: Path, *, unknown: Container[str] = ()) -> Iterator[str]:
    """Run the server on a free port of 127.0.0.1 for as long as the block lasts; gives its URL.

    Mail to one of the `unknown` addresses is refused.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keeper = _Keeper(folder, unknown)
    loop = asyncio.new_event_loop()
    # aiosmtpd's own Controller can't be given port 0: it connects to the number it was told.
    listening = loop.create_server(lambda: SMTP(keeper, data_size_limit=_LARGEST, loop=loop), "127.0.0.1", 0)
    thread = Thread(target=loop.run_forever, name="mail-catcher", daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(timeout=5)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)
        loop.close()


async def _close(server: asyncio.Server) -> None:
    server.close()
    for task in asyncio.all_tasks():
        if task is not asyncio.current_task():
            task.cancel()
