"""Where a mailing to a few people is sent from, as often as need be, to a server that misbehaves."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from smtp_misbehaving import CHUNKING, Misbehaving, misbehaving

from newsletter.models import Delivery, Mailing
from newsletter.services.breaker import Breaker
from newsletter.services.guarding import Guard
from newsletter.services.pacing import Pacer
from newsletter.services.retrying import PATIENT, RetryPolicy
from newsletter.services.sending import Dispatch, JobTable, send_mailing
from newsletter.transports.base import Outcome, Transport
from newsletter.transports.pipelined import Limits, PipelinedTransport
from newsletter.transports.smtp import SmtpTransport
from newsletter.transports.smtp_route import SmtpRoute, Timeouts, Tls
from newsletter.workspace import Workspace

IMPATIENT = Timeouts(connect=0.5, command=0.5, end_of_data=0.5, back_off=0.01)
PLAIN = "plain"


class InlineJobs:
    """Runs each job in this thread as soon as it is deferred."""

    def __init__(self, table: JobTable) -> None:
        self._table = table

    def defer(self, job: str, **ids: int) -> None:
        self._table[job](**ids)

    def join(self, _seconds: float | None = None) -> bool:
        return True


class Steady(Pacer):
    """Learns nothing: what a server's complaints teach is tried elsewhere, and would take seconds here."""

    def learn(self, domain: str, outcome: Outcome) -> None:
        """Leave the pace as it is."""


@dataclass
class Desk:
    """Where a mailing is sent from, as often as need be."""

    workspace: Workspace
    mailing: Mailing
    engine: str
    usual: Mapping[str, str]
    pacer: Pacer

    def serve(self, script: Mapping[str, str] | None = None, **how: object) -> AbstractContextManager[Misbehaving]:
        return misbehaving(dict(self.usual) | dict(script or {}), usual=self.usual, **how)

    def transport(self, **facts: object) -> Transport:
        usual = {"host": "127.0.0.1", "tls": Tls.NONE, "timeouts": IMPATIENT}
        route = SmtpRoute(**usual | facts)  # type: ignore[arg-type]
        if self.engine == PLAIN:
            return SmtpTransport(route)
        return PipelinedTransport(route, Limits(connections=2, window=2))

    def send(
        self, server: Misbehaving | int, *, retry: RetryPolicy = PATIENT, stop: Event | None = None, **facts: object
    ) -> str:
        """Send as far as it goes now; the receipt as a sentence."""
        facts.setdefault("port", server if isinstance(server, int) else server.port)
        transport = self.transport(**facts)
        dispatch = Dispatch(
            workspace=self.workspace,
            mailing=self.mailing,
            open_transport=lambda: transport,
            retry=retry,
            stop=stop or Event(),
            watch=Guard(self.mailing.pk, self.pacer, Breaker(limit=3)),
        )
        try:
            return send_mailing(dispatch, InlineJobs(dispatch.jobs), patience=timedelta()).sentence
        finally:
            self.mailing.refresh_from_db()

    @property
    def chunking(self) -> bool:
        return self.usual is CHUNKING

    def states(self) -> dict[str, int]:
        rows = list(Delivery.objects.filter(mailing=self.mailing).values_list("state", flat=True))
        return {state: rows.count(state) for state in sorted(set(rows))}
