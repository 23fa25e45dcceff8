"""SMTP the plain way: one connection, one command a round trip, on the standard library's smtplib.

It is the slow engine (`engine = "plain"`): what the fast one in `pipelined/` is compared with, and the way back should
a server dislike that. The body is sent by hand and not by `sendmail`, because the ledger must know, between the
server's 354 and the first byte of the body, that this copy may be accepted from now on.
"""

import logging
import smtplib
from collections.abc import Iterable

from newsletter.errors import UnavailableError
from newsletter.transports import smtp_verdicts as verdicts
from newsletter.transports.base import Envelope, InDoubt, Journal, Outcome, Pause, Refused, TryLater, unhurried
from newsletter.transports.smtp_envelope import Abilities, Address, EnvelopeCheck, address
from newsletter.transports.smtp_route import SmtpRoute

_log = logging.getLogger(__name__)

_LOST_IN_A_ROW = 3  # connections that broke one after another; then it is the route, not bad luck
_LOST = (OSError, smtplib.SMTPException)


class SmtpTransport:
    """Delivers over one SMTP connection, made anew whenever it breaks, each time at exactly the next envelope."""

    def __init__(self, route: SmtpRoute, *, connections: int = 1) -> None:
        """Take the way to the server; nothing is connected before the first envelope."""
        self._route = route
        self.connections = connections  # how many of these may run side by side

    @property
    def name(self) -> str:
        """`SMTP host:port`."""
        return self._route.name

    def probe(self) -> None:
        """Connect, sign in and say goodbye. Raises UnavailableError."""
        self._route.probe()

    def deliver(self, envelopes: Iterable[Envelope | Pause], journal: Journal) -> None:
        """Carry out each envelope. Raises UnavailableError for what is no recipient's fault."""
        line, check, lost = _Line(self._route), EnvelopeCheck(), 0
        try:
            for envelope in unhurried(envelopes):
                check(envelope)
                outcome = line.carry(envelope, journal)
                if outcome is None:
                    continue
                journal.outcome(envelope.delivery_id, outcome)
                in_vain = line.closed and not line.answered and isinstance(outcome, TryLater | InDoubt)
                lost = lost + 1 if in_vain else 0
                if lost == _LOST_IN_A_ROW:
                    raise UnavailableError(f"{self.name} broke off {lost} connections in a row; try again later.")
            line.say_goodbye()
        finally:
            # Never QUIT here: after 354 it would be taken for the message.
            line.close()


class _Line:
    """The connection there is at the moment, if any."""

    def __init__(self, route: SmtpRoute) -> None:
        """Nothing is connected yet."""
        self._route = route
        self._smtp = smtplib.SMTP()
        self.answered = 0  # copies whose fate the server told on this connection

    @property
    def closed(self) -> bool:
        """Whether the next copy needs a new connection."""
        return self._smtp.sock is None

    def carry(self, envelope: Envelope, journal: Journal) -> Outcome | None:
        """What became of one envelope; None if the journal did not grant it."""
        refusal = self._announce(envelope)
        if isinstance(refusal, TryLater) and refusal.untouched and self.answered:
            refusal = self._announce(envelope)  # servers hang up after so many messages; that is nobody's fault
        if refusal:
            return refusal
        if envelope.delivery_id not in journal.intent([envelope.delivery_id]):
            self.close()  # the server waits for a body it must not get; without the dot it has to forget the rest
            return None
        return self._hand_over(envelope.message)

    def say_goodbye(self) -> None:
        """Every outcome is recorded by now, so a server that does not say goodbye changes nothing."""
        if not self.closed:
            self._wait(5)
            try:
                self._smtp.quit()
            except _LOST:
                self.close()

    def close(self) -> None:
        """Hang up."""
        self._smtp.close()

    def _announce(self, envelope: Envelope) -> Outcome | None:
        """None when the server answered 354 and waits for the body."""
        if self.closed:
            self._smtp, self.answered = self._route.open(), 0
        where = address(envelope, Abilities.offered(self._smtp.esmtp_features))
        if isinstance(where, Refused):
            return where
        try:
            code, text = self._ask_for_body(where)
            if code == verdicts.GO_AHEAD:
                return None
            if verdicts.ends_connection(code):
                self.close()
            else:
                self.answered += 1
                self._say(b"RSET\r\n")
        except _LOST:
            self._lost()
            return verdicts.BROKEN_OFF
        return verdicts.before_body(code, text)

    def _ask_for_body(self, where: Address) -> tuple[int, bytes]:
        """The first answer that is not as it should be, else the 354 to DATA."""
        code, text = self._say(where.mail)
        if code // 100 == 5:
            raise self._route.refusal(code, text)  # no recipient was named yet
        for command in (where.rcpt, b"DATA\r\n"):
            if code // 100 == 2:
                code, text = self._say(command)
        if verdicts.concerns_us(code, text):
            raise self._route.refusal(code, text)
        return code, text

    def _hand_over(self, message: bytes) -> Outcome:
        try:
            self._smtp.send(message)
            self._smtp.send(b".\r\n")
        except _LOST:
            # What could not be handed to the kernel was not sent, and without its dot a server must drop a message,
            # RFC 5321 section 4.1.1.10.
            self._lost()
            return verdicts.BROKEN_OFF
        try:
            self._wait(self._route.timeouts.end_of_data)
            code, text = self._smtp.getreply()
        except _LOST as error:
            self._lost()
            return verdicts.unanswered(type(error).__name__)
        self._wait(self._route.timeouts.command)
        if code // 100 in (2, 4, 5):
            self.answered += 1
        if code // 100 != 2 and verdicts.ends_connection(code):
            self.close()
        return verdicts.after_body(code, text)

    def _say(self, command: bytes) -> tuple[int, bytes]:
        self._smtp.send(command)
        return self._smtp.getreply()

    def _lost(self) -> None:
        self.close()
        _log.warning("%s: connection lost", self._route.name)

    def _wait(self, seconds: float) -> None:
        if self._smtp.sock:
            self._smtp.sock.settimeout(seconds)
