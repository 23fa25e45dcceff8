"""MAIL, RCPT and DATA in one flight, the body in the next: RFC 2920 where the server offers it, else step by step.

RFC 2920 section 3.1 lets the next envelope follow the dot that ends a body, so a message costs one round trip.
"""

import logging
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import ClassVar

from newsletter.transports import smtp_verdicts as verdicts
from newsletter.transports.base import Envelope
from newsletter.transports.pipelined.dialogue import Copy, Dialogue, Step
from newsletter.transports.smtp_envelope import Address

_log = logging.getLogger(__name__)

_DOT = b".\r\n"


class DataDialogue(Dialogue):
    """At most one copy has its body on the way, and one more is announced behind it."""

    @property
    def room(self) -> int:
        """One when nothing is under way, or when the last body is on its way and its successor not yet announced."""
        if self.closing or self.over:
            return 0
        count = len(self._copies)
        follows = count == 1 and self._abilities.pipelining and self._copies[0].step is Step.BODY
        return 1 if count == 0 or follows else 0

    def proceed(self, granted: AbstractSet[int]) -> None:
        """Send the body, or leave: the server waits for one, and without its dot it has to forget the rest."""
        if not self.asking:
            return
        copy = self.asking.pop()
        if copy.envelope.delivery_id not in granted:
            self._copies.popleft()
            self._end()
            return
        copy.step = Step.BODY
        copy.committed_at = self._queued + len(copy.envelope.message) + 1  # the first byte of the dot's line
        self._say(copy.envelope.message)
        self._say(_DOT)

    def _begin(self, envelope: Envelope, where: Address) -> None:
        reset = self._needs_reset
        self._needs_reset = False
        copy = Copy(envelope, where, Step.RSET if reset else Step.MAIL)
        self._copies.append(copy)
        if self._abilities.pipelining:
            self._say((b"RSET\r\n" if reset else b"") + where.mail + where.rcpt + b"DATA\r\n")
        else:
            self._say(b"RSET\r\n" if reset else where.mail)

    def _next(self, copy: Copy, step: Step, command: bytes) -> None:
        """Wait for the next reply; its command is on the way already where the server takes several at once."""
        copy.step = step
        if not self._abilities.pipelining:
            self._say(command)

    def _on_rset(self, copy: Copy, code: int, _text: bytes) -> None:
        if code // 100 != 2:
            self._end()
        else:
            self._next(copy, Step.MAIL, copy.address.mail)

    def _on_mail(self, copy: Copy, code: int, text: bytes) -> None:
        if code // 100 == 2:
            self._next(copy, Step.RCPT, copy.address.rcpt)
        elif code // 100 == 5:
            self._refused_us(code, text)  # no recipient was named yet
        else:
            self._refused(copy, code, text, Step.RCPT)

    def _on_rcpt(self, copy: Copy, code: int, text: bytes) -> None:
        copy.named = code // 100 == 2
        if copy.fate:
            copy.step = Step.DATA
        elif copy.named:
            self._next(copy, Step.DATA, b"DATA\r\n")
        elif verdicts.concerns_us(code, text):
            self._refused_us(code, text)
        else:
            self._refused(copy, code, text, Step.DATA)

    def _on_data(self, copy: Copy, code: int, text: bytes) -> None:
        if copy.fate:
            self._on_data_in_vain(copy, code)
        elif code == verdicts.GO_AHEAD:
            copy.step = Step.INTENT
            self.asking.append(copy)
        elif verdicts.concerns_us(code, text):
            self._refused_us(code, text)
        else:
            self._refused(copy, code, text, None)

    def _on_data_in_vain(self, copy: Copy, code: int) -> None:
        """RFC 2920 section 3.1: a server that wants a body although nobody is to get it is given a lone dot."""
        if code == verdicts.GO_AHEAD and not copy.named:
            copy.step = Step.BODY
            self._say(_DOT)
        elif code == verdicts.GO_AHEAD or verdicts.ends_connection(code):
            self._end()
        else:
            self._needs_reset = True
            self._finish(copy, copy.fate)

    def _on_body(self, copy: Copy, code: int, text: bytes) -> None:
        if copy.fate:
            if code // 100 == 2:
                _log.warning("the server took an empty message for nobody")
            self._finish(copy, copy.fate)
        else:
            self._conclude(copy, code, text)
        if code == verdicts.CLOSING or code // 100 not in (2, 4, 5):
            self._end()

    def _refused(self, copy: Copy, code: int, text: bytes, follows: Step | None) -> None:
        """Not this recipient, or not now. The replies to what was sent behind it, `follows` on, are still to come."""
        fate = verdicts.before_body(code, text)
        if verdicts.ends_connection(code):
            self._end(fate=None if self.answered else fate)
        elif follows and self._abilities.pipelining:
            copy.fate, copy.step = fate, follows
        else:
            self._needs_reset = True
            self._finish(copy, fate)

    def _refused_us(self, code: int, text: bytes) -> None:
        self.refusal = (code, text)
        self._copies.popleft()
        self._end()

    _HANDLERS: ClassVar[dict[Step, Callable[["DataDialogue", Copy, int, bytes], None]]] = {
        Step.RSET: _on_rset,
        Step.MAIL: _on_mail,
        Step.RCPT: _on_rcpt,
        Step.DATA: _on_data,
        Step.BODY: _on_body,
    }
