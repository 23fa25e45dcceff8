"""Ways out for mail, opened by URL: `smtp://user@host:587`, `smtps://user@host`, `outbox:`, `memory:`.

A new transport is one file and one line of `_SCHEMES`; `tests/transports/test_conformance.py` tries it.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from newsletter.errors import InputError
from newsletter.transports.base import Transport
from newsletter.transports.memory import MemoryTransport
from newsletter.transports.outbox import OutboxTransport
from newsletter.transports.smtp import SmtpTransport

_Opener = Callable[[SplitResult, Path, str | None], Transport]

_SCHEMES: dict[str, _Opener] = {
    "smtp": lambda url, _outbox, password: SmtpTransport.from_url(url, password),
    "smtps": lambda url, _outbox, password: SmtpTransport.from_url(url, password),
    "outbox": lambda _url, outbox, _password: OutboxTransport(outbox),
    "memory": lambda _url, _outbox, _password: MemoryTransport(),
}


def open_transport(url: str, *, outbox: Path, password: str | None) -> Transport:
    """The transport a URL names. Nothing is connected yet. Raises InputError for a URL that cannot work.

    `outbox` is the workspace's folder for `outbox:`; the password comes from the environment or a file, never the URL.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InputError("The transport is not a URL such as smtp://user@mail.example.org:587.") from None
    opener = _SCHEMES.get(parts.scheme)
    if opener is None:
        raise InputError(f"The transport '{parts.scheme or '?'}:' is not known; use one of {', '.join(_SCHEMES)}.")
    return opener(parts, outbox, password)
