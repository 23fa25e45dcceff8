"""MAIL, RCPT, BDAT and the message in one flight, several copies one behind the other (RFC 3030).

The body leaves before the server has said a word about the recipient, so leave is asked for first: as many copies can
be in doubt as are on the way. RSET goes before each but the first: after a refused BDAT servers differ in what they
remember.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import ClassVar

from newsletter.transports import smtp_verdicts as verdicts
from newsletter.transports.base import Envelope, InDoubt, Outcome, TryLater
from newsletter.transports.pipelined.dialogue import Copy, Dialogue, Step
from newsletter.transports.smtp_envelope import Abilities, Address

_UNKNOWN_COMMAND = frozenset({500, 502, 503, 504})
_UNTOUCHED = "the server takes no mail from us"


class Chunking:
    """What is known of BDAT at this server, by all its connections: one that only says it can must not get a window."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.proven = False  # a message was taken by BDAT
        self.denied = False  # BDAT is no command there, whatever EHLO said


class ChunkDialogue(Dialogue):
    """Up to `window` copies are on the way."""

    def __init__(
        self, abilities: Abilities, settled: list[tuple[int, Outcome]], *, window: int, chunking: Chunking
    ) -> None:
        """Take how many copies may be on the way, and what is known of BDAT; see `Dialogue` for the rest."""
        super().__init__(abilities, settled)
        self._window, self._chunking = window, chunking
        self._told_to_leave = False

    @property
    def room(self) -> int:
        """What is left of the window; it opens when BDAT has worked once."""
        if self.closing or self.over:
            return 0
        window = self._window if self._chunking.proven else 1
        return max(0, window - len(self._copies) - len(self.asking))

    def proceed(self, granted: AbstractSet[int]) -> None:
        """Send what was granted; of the rest not a byte has left."""
        for copy in self.asking:
            if copy.envelope.delivery_id in granted:
                self._send(copy)
        self.asking.clear()

    def _begin(self, envelope: Envelope, where: Address) -> None:
        self.asking.append(Copy(envelope, where, Step.MAIL))

    def _send(self, copy: Copy) -> None:
        reset, self._needs_reset = self._needs_reset, True
        copy.step = Step.RSET if reset else Step.MAIL
        message = copy.envelope.message
        bdat = b"BDAT %d LAST\r\n" % len(message)
        self._copies.append(copy)
        self._say((b"RSET\r\n" if reset else b"") + copy.address.mail + copy.address.rcpt + bdat)
        self._say(message)
        copy.committed_at = self._queued

    def _on_rset(self, copy: Copy, code: int, text: bytes) -> None:
        copy.step = Step.MAIL
        if code // 100 not in (2, 5) or code == verdicts.CLOSING:
            self._negative(copy, code, text)

    def _on_mail(self, copy: Copy, code: int, text: bytes) -> None:
        copy.step = Step.RCPT
        if code // 100 == 5:
            self._refused_us(copy, code, text)
        elif code // 100 != 2:
            self._negative(copy, code, text)

    def _on_rcpt(self, copy: Copy, code: int, text: bytes) -> None:
        copy.step, copy.named = Step.BODY, code // 100 == 2
        if copy.named:
            copy.fate = None  # whatever was said of MAIL: what counts is the answer to the message
        elif copy.fate:
            return
        elif verdicts.concerns_us(code, text):
            self._refused_us(copy, code, text)
        else:
            self._negative(copy, code, text)

    def _negative(self, copy: Copy, code: int, text: bytes) -> None:
        """The first refusal counts; the replies to what is on its way already are still to come."""
        if code != verdicts.CLOSING and verdicts.ends_connection(code):
            self._end()
            return
        copy.fate = verdicts.before_body(code, text)
        self._leaving(code)

    def _leaving(self, code: int) -> None:
        """After 421 a server answers nothing more; one that does so all the same is listened to."""
        if code == verdicts.CLOSING:
            self._told_to_leave = True
            self._begin_no_more()

    def _begin_no_more(self) -> None:
        """What waits for leave to go out goes elsewhere."""
        self.closing = True
        self.returned += [copy.envelope for copy in self.asking]
        self.asking.clear()

    def expire(self) -> None:
        """A server that said it would hang up, and did not, may have dealt with what came after."""
        self._told_to_leave = False
        super().expire()

    def _certain(self, copy: Copy, doubt: InDoubt | TryLater) -> Outcome | None:
        """RFC 5321 section 3.8: what follows a 421 was not dealt with, once the server has hung up as it said."""
        return super()._certain(copy, verdicts.BROKEN_OFF if self._told_to_leave else doubt)

    def _on_body(self, copy: Copy, code: int, text: bytes) -> None:
        if code // 100 == 2 and verdicts.is_about_addresses(text):
            self._end(fate=verdicts.unanswered("the server's replies are out of step"))
        elif copy.fate:
            self._finish(copy, copy.fate)
        elif code in _UNKNOWN_COMMAND and not self._chunking.proven:
            self._chunking.denied = True
            self._begin_no_more()
            self._finish(copy, TryLater(code=code, text="BDAT is no command there", untouched=True))
        else:
            self._chunking.proven |= code // 100 == 2
            self._conclude(copy, code, text)
        self._leaving(code)

    def _refused_us(self, copy: Copy, code: int, text: bytes) -> None:
        """Begin nothing more; this copy did not go out, and that is no fault of its recipient."""
        self.refusal = (code, text)
        self._begin_no_more()
        copy.fate = TryLater(code=code, text=_UNTOUCHED, untouched=True)

    _HANDLERS: ClassVar[dict[Step, Callable[["ChunkDialogue", Copy, int, bytes], None]]] = {
        Step.RSET: _on_rset,
        Step.MAIL: _on_mail,
        Step.RCPT: _on_rcpt,
        Step.BODY: _on_body,
    }
