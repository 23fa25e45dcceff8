"""Ways out for mail, opened by URL: `smtp://user@host:587`, `smtps://host`, `provider:mailgun`, `outbox:`, `memory:`.

A new transport is one file and one line of `_SCHEMES`; `tests/transports/test_conformance.py` tries it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from newsletter.errors import InputError
from newsletter.transports.base import Transport
from newsletter.transports.memory import MemoryTransport
from newsletter.transports.outbox import OutboxTransport
from newsletter.transports.pipelined import Limits, PipelinedTransport
from newsletter.transports.smtp import SmtpTransport
from newsletter.transports.smtp_route import Secret, SmtpRoute


class Engine(StrEnum):
    """How SMTP is spoken."""

    FAST = "fast"  # many connections in one thread, commands in flights
    PLAIN = "plain"  # one command a round trip, on the standard library


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a transport is opened with, beside its URL."""

    outbox: Path  # the workspace's folder for `outbox:`
    password: Secret  # from the environment or a file, never from the URL
    engine: Engine = Engine.FAST
    connections: int = 1  # to an SMTP server at once
    window: int = 1  # copies of one connection that may be in doubt at once; more than one needs CHUNKING
    provider: Mapping[str, Any] = field(default_factory=dict, repr=False)  # [provider], its secrets among them


def _smtp(url: SplitResult, options: Options) -> Transport:
    route = SmtpRoute.from_url(url, options.password)
    if options.engine is Engine.PLAIN:
        return SmtpTransport(route, connections=options.connections)
    return PipelinedTransport(route, Limits(connections=options.connections, window=options.window))


def _provider(url: SplitResult, options: Options) -> Transport:
    from newsletter.transports.provider import ProviderTransport  # loads a framework that SMTP has no need of

    return ProviderTransport.from_url(url, options.provider, in_flight=options.connections)


_SCHEMES: dict[str, Callable[[SplitResult, Options], Transport]] = {
    "smtp": _smtp,
    "smtps": _smtp,
    "provider": _provider,
    "outbox": lambda _url, options: OutboxTransport(options.outbox),
    "memory": lambda _url, _options: MemoryTransport(),
}


def open_transport(
    url: str,
    *,
    outbox: Path,
    password: Secret,
    engine: str = Engine.FAST,
    connections: int = 1,
    window: int = 1,
    provider: Mapping[str, Any] | None = None,
) -> Transport:
    """The transport a URL names. Nothing is connected yet. Raises InputError for a URL that cannot work.

    For the other arguments see `Options`.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InputError("The transport is not a URL such as smtp://user@mail.example.org:587.") from None
    opener = _SCHEMES.get(parts.scheme)
    if opener is None:
        raise InputError(f"The transport '{parts.scheme or '?'}:' is not known; use one of {', '.join(_SCHEMES)}.")
    options = Options(
        outbox=outbox,
        password=password,
        engine=Engine(engine),
        connections=connections,
        window=window,
        provider=provider or {},
    )
    return opener(parts, options)
