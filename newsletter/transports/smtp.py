"""SMTP the plain way: one connection, one command a round trip, on the standard library's smtplib.

The body is sent by hand and not by `sendmail`, because the ledger must know, between the server's 354 and the first
byte of the body, that this copy may be accepted from now on.
"""

import logging
import smtplib
from collections.abc import Iterable
from typing import Self
from urllib.parse import SplitResult

from newsletter.errors import UnavailableError
from newsletter.rendering.headers import is_plain_address
from newsletter.transports.base import (
    Accepted,
    Envelope,
    InDoubt,
    Journal,
    Outcome,
    Refused,
    TryLater,
    check_wire_safe,
    enhanced_code,
)
from newsletter.transports.smtp_route import SmtpRoute

_log = logging.getLogger(__name__)

_NOT_SIGNED_IN = frozenset({530, 534, 535, 538})  # RFC 4954: about us, whatever step they answer
_LOST_IN_A_ROW = 3  # connections that broke one after another; then it is the route, not bad luck
_LONGEST_TEXT = 1000  # letters of a reply that are kept
_LOST = (OSError, smtplib.SMTPException)
_VERDICTS: dict[int, type[Accepted] | type[Refused] | type[TryLater]] = {2: Accepted, 4: TryLater, 5: Refused}


class SmtpTransport:
    """Delivers over one SMTP connection, made anew whenever it breaks, each time at exactly the next envelope."""

    def __init__(self, route: SmtpRoute) -> None:
        """Take the way to the server; nothing is connected before the first envelope."""
        self._route = route

    @classmethod
    def from_url(cls, url: SplitResult, password: str | None) -> Self:
        """See `SmtpRoute.from_url`."""
        return cls(SmtpRoute.from_url(url, password))

    @property
    def name(self) -> str:
        """`SMTP host:port`."""
        return self._route.name

    def deliver(self, envelopes: Iterable[Envelope], journal: Journal) -> None:
        """Carry out each envelope. Raises UnavailableError for what is no recipient's fault."""
        smtp: smtplib.SMTP | None = None
        lost = 0
        try:
            for envelope in envelopes:
                _check(envelope)
                smtp = smtp if smtp and smtp.sock else self._route.open()
                outcome = self._carry(smtp, envelope, journal)
                if outcome is None:
                    continue
                journal.outcome(envelope.delivery_id, outcome)
                lost = lost + 1 if isinstance(outcome, TryLater) and outcome.untouched else 0
                if lost == _LOST_IN_A_ROW:
                    raise UnavailableError(f"{self.name} broke off {lost} connections in a row; try again later.")
            _say_goodbye(smtp)
        finally:
            # Never QUIT here: after 354 it would be taken for the message.
            if smtp:
                smtp.close()

    def _carry(self, smtp: smtplib.SMTP, envelope: Envelope, journal: Journal) -> Outcome | None:
        """What became of one envelope; None if the journal did not grant it."""
        if not is_plain_address(envelope.recipient):
            return Refused(enhanced="5.1.3", text="not one plain ASCII address; this transport has no SMTPUTF8")
        try:
            refusal = self._announce(smtp, envelope)
        except _LOST:
            return self._broken_off(smtp)
        if refusal:
            _reset(smtp)
            return refusal
        if envelope.delivery_id not in journal.intent([envelope.delivery_id]):
            smtp.close()  # the server waits for a body it must not get; without the dot it has to forget the rest
            return None
        return self._hand_over(smtp, envelope.message)

    def _announce(self, smtp: smtplib.SMTP, envelope: Envelope) -> Outcome | None:
        """MAIL, RCPT and DATA; None when the server answered 354 and waits for the body."""
        size = f" SIZE={len(envelope.message)}" if smtp.has_extn("size") else ""
        code, text = smtp.docmd("MAIL", f"FROM:<{envelope.sender}>{size}")
        if code // 100 == 5:
            raise self._refused_us(code, text)  # no recipient was named yet
        if code // 100 == 2:
            code, text = smtp.docmd("RCPT", f"TO:<{envelope.recipient}>")
        if code // 100 == 2:
            code, text = smtp.docmd("DATA")
            if code == 354:
                return None
        if code in _NOT_SIGNED_IN or enhanced_code(_words(text)) == "5.7.30":
            raise self._refused_us(code, text)
        return _negative(smtp, code, text)

    def _hand_over(self, smtp: smtplib.SMTP, message: bytes) -> Outcome:
        try:
            smtp.send(message)
            smtp.send(b".\r\n")
        except _LOST:
            # What could not be handed to the kernel was not sent, and without its dot a server must drop a message,
            # RFC 5321 section 4.1.1.10.
            return self._broken_off(smtp)
        try:
            _wait(smtp, self._route.timeouts.end_of_data)
            code, text = smtp.getreply()
        except _LOST as error:
            smtp.close()
            _log.warning("%s: no answer after the end of a message", self.name)
            return InDoubt(text=f"no answer after the end of the message ({type(error).__name__})")
        _wait(smtp, self._route.timeouts.command)
        return _verdict(smtp, code, text)

    def _broken_off(self, smtp: smtplib.SMTP) -> TryLater:
        smtp.close()
        _log.warning("%s: connection lost before the end of a message", self.name)
        return TryLater(text="the connection broke before the message was complete", untouched=True)

    def _refused_us(self, code: int, text: bytes) -> UnavailableError:
        """The server's words may hold an address, so the sentence has its numbers alone."""
        status = " ".join(filter(None, (str(code), enhanced_code(_words(text)))))
        return UnavailableError(
            f"{self.name} refuses to take mail from us ({status}); "
            "check the sign-in, the From address and the size of the issue."
        )


def _check(envelope: Envelope) -> None:
    """What only a bug of ours can break."""
    check_wire_safe(envelope.message)
    if envelope.sender and not is_plain_address(envelope.sender):
        raise ValueError("the envelope sender is not one plain address")


def _negative(smtp: smtplib.SMTP, code: int, text: bytes) -> Outcome:
    """A reply before the body: whatever it is, nothing can have been accepted."""
    words = _words(text)
    if code // 100 == 5:
        return Refused(code=code, enhanced=enhanced_code(words), text=words)
    if code == 421 or code // 100 != 4:
        smtp.close()  # 421 announces the end of the connection; anything else makes no sense, and we start afresh
        return TryLater(code=code, enhanced=enhanced_code(words), text=words, untouched=True)
    return TryLater(code=code, enhanced=enhanced_code(words), text=words)


def _verdict(smtp: smtplib.SMTP, code: int, text: bytes) -> Outcome:
    """The reply to the final dot; RFC 5321 section 4.2.1: both 4yz and 5yz mean that nothing was accepted."""
    words = _words(text)
    kind: type[Outcome] = _VERDICTS.get(code // 100, InDoubt)
    if kind is InDoubt or code == 421:
        smtp.close()
    return kind(code=code, enhanced=enhanced_code(words), text=words, provider_ref=_queue_id(words))


def _queue_id(words: str) -> str:
    """The name most servers give a message they took: `queued as 4F1D2`."""
    return words.rpartition("queued as ")[2].split()[0] if "queued as " in words else ""


def _words(text: bytes) -> str:
    return text.decode("utf-8", "replace")[:_LONGEST_TEXT]


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock:
        smtp.sock.settimeout(seconds)


def _reset(smtp: smtplib.SMTP) -> None:
    """Clear the table for the next envelope; if that fails, the next one gets a new connection."""
    try:
        if smtp.sock and smtp.rset()[0] // 100 != 2:
            smtp.close()
    except _LOST:
        smtp.close()


def _say_goodbye(smtp: smtplib.SMTP | None) -> None:
    """Every outcome is recorded by now, so a server that does not say goodbye changes nothing."""
    if smtp and smtp.sock:
        _wait(smtp, 5)
        try:
            smtp.quit()
        except _LOST:
            smtp.close()
