"""The fast SMTP transport: one thread, many connections, one round trip a message."""

from collections.abc import Iterable

from newsletter.transports.base import Envelope, Journal, Pause
from newsletter.transports.pipelined.loop import Limits, Loop
from newsletter.transports.smtp_route import SmtpRoute


class PipelinedTransport:
    """Delivers over several SMTP connections at once, each made anew when it breaks."""

    connections = 1  # one call of `deliver` serves all sockets

    def __init__(self, route: SmtpRoute, limits: Limits | None = None) -> None:
        """Take the way to the server; nothing is connected before the first envelope."""
        self._route, self._limits = route, limits or Limits()

    @property
    def name(self) -> str:
        """`SMTP host:port`."""
        return self._route.name

    def probe(self) -> None:
        """Connect, sign in and say goodbye. Raises UnavailableError."""
        self._route.probe()

    def deliver(self, envelopes: Iterable[Envelope | Pause], journal: Journal) -> None:
        """Carry out a stream. Raises UnavailableError for what is no recipient's fault."""
        Loop(self._route, self._limits, envelopes, journal).run()
