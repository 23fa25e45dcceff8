"""One SMTP connection after its handshake, as a conversation: bytes come in, bytes go out, fates are told.

Nothing here touches a socket or a clock. `Dialogue` holds what both ways of handing over a message have in common:

* `DataDialogue` (data.py): MAIL, RCPT and DATA in one flight; after 354 the intent is asked for; the body leaves in
  one flight with its dot and the next MAIL, RCPT and DATA (RFC 2920). One copy at a time can be in doubt.
* `ChunkDialogue` (chunks.py): the intent is asked for first, then MAIL, RCPT, BDAT and the message leave together,
  several copies one behind the other (RFC 3030).

Replies come in the order of what was said, so the copy at the head of the queue owns the next reply.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from enum import IntEnum
from typing import Any, ClassVar

from newsletter.transports import smtp_verdicts as verdicts
from newsletter.transports.base import Accepted, Envelope, InDoubt, Outcome, Refused, TryLater
from newsletter.transports.pipelined.replies import ReplyReader
from newsletter.transports.smtp_envelope import Abilities, Address, address

_SMALL = 1024  # octets
_ENDED = verdicts.unanswered("the connection ended")


class Step(IntEnum):
    """What a copy waits for."""

    RSET = 0  # the answer to RSET
    MAIL = 1  # the answer to MAIL
    RCPT = 2  # the answer to RCPT
    DATA = 3  # the answer to DATA
    INTENT = 4  # leave to go out, from the journal
    BODY = 5  # the answer to the whole message


class Copy:
    """One envelope on its way over this connection."""

    __slots__ = ("address", "committed_at", "envelope", "fate", "named", "step")

    def __init__(self, envelope: Envelope, where: Address, step: Step) -> None:
        """Begin at a step."""
        self.envelope, self.address, self.step = envelope, where, step
        self.fate: Outcome | None = None  # known before the last reply
        self.named = False  # the server took its recipient
        self.committed_at: int | None = None  # once so many bytes were handed over, it may have been accepted


class Dialogue(ABC):
    """What both ways have in common."""

    def __init__(self, abilities: Abilities, settled: list[tuple[int, Outcome]]) -> None:
        """Take what the server offered, and the list to which fates are added."""
        self._abilities, self._settled = abilities, settled
        self._reader = ReplyReader()
        self._copies: deque[Copy] = deque()
        self._needs_reset = False
        self._queued = 0  # bytes ever added to `outgoing`
        self.outgoing: list[bytes | memoryview] = []  # what is to be sent; the socket's owner takes it off
        self.handed = 0  # bytes ever taken by the kernel; the socket's owner counts
        self.asking: list[Copy] = []  # wait for leave from the journal
        self.returned: list[Envelope] = []  # announced at most, and to be announced elsewhere
        self.refusal: tuple[int, bytes] | None = None  # the server takes nothing from us at all
        self.replies = 0  # so far
        self.answered = 0  # copies whose fate the server told
        self.closing = False  # no further copy may be begun
        self.fruitless = False  # it ended over a copy before any other had been answered
        self.over = False  # the socket is to be closed; every copy's fate is told

    # What the socket's owner calls

    @property
    @abstractmethod
    def room(self) -> int:
        """How many further copies may be begun now."""

    @abstractmethod
    def _begin(self, envelope: Envelope, where: Address) -> None:
        """Announce a copy, or ask for its intent."""

    @abstractmethod
    def proceed(self, granted: AbstractSet[int]) -> None:
        """The journal has answered those who asked."""

    def take(self, envelope: Envelope) -> None:
        """Begin with a copy; one that can't be announced to this server gets its fate at once."""
        where = address(envelope, self._abilities)
        if isinstance(where, Refused):
            self._settled.append((envelope.delivery_id, where))
        else:
            self._begin(envelope, where)

    def receive(self, data: bytes) -> None:
        """Bytes have come; none means that the server hung up."""
        if not data:
            self.lose("the connection was closed")
            return
        for code, text in self._reader.feed(data):
            self.replies += 1
            self._answer(code, text)
            if self.over:
                return
        if self._reader.endless:
            self.lose("an endless reply")

    def lose(self, reason: str) -> None:
        """The connection is of no more use: each copy gets the fate that is certain, or is returned, or is in doubt."""
        self._end(verdicts.unanswered(reason))

    def expire(self) -> None:
        """The server has taken too long."""
        self.lose("none in time")

    def quit(self) -> None:
        """Say goodbye; only where `busy` is false, since a server that waits for a body would take it for one."""
        self.closing = True
        self._say(b"QUIT\r\n")

    @property
    def busy(self) -> bool:
        """Whether any copy is on its way."""
        return bool(self._copies or self.asking)

    @property
    def awaits(self) -> Step | None:
        """What the next reply is for."""
        return self._copies[0].step if self._copies else None

    # What the two ways build on

    _HANDLERS: ClassVar[dict[Step, Callable[[Any, Copy, int, bytes], None]]]  # what to do with the head's reply

    def _answer(self, code: int, text: bytes) -> None:
        copy = self._copies[0] if self._copies else None
        if copy is None or copy.step is Step.INTENT:
            self._end()  # nothing was asked: it is goodbye (421, or 221 after QUIT), or makes no sense
            return
        self._HANDLERS[copy.step](self, copy, code, text)
        if self.closing and not self.busy:
            self._end()

    def _say(self, piece: bytes) -> None:
        """Small pieces are joined: with TLS each write is a record of its own."""
        self._queued += len(piece)
        last = self.outgoing[-1] if self.outgoing else b""
        if self.outgoing and isinstance(last, bytes) and len(last) + len(piece) <= _SMALL:
            self.outgoing[-1] = last + piece
        else:
            self.outgoing.append(piece)

    def _finish(self, copy: Copy, fate: Outcome | None) -> None:
        """The server has decided about the copy at the head."""
        if fate:
            self._settled.append((copy.envelope.delivery_id, fate))
        self._copies.popleft()
        self.answered += 1

    def _conclude(self, copy: Copy, code: int, text: bytes) -> None:
        """The answer to a whole message has come; before its end only a refusal is one.

        Whatever else comes before the end, without it the message does not count.
        """
        fate = verdicts.after_body(code, text)
        if copy.committed_at is not None and self.handed < copy.committed_at:
            self._end(fate=verdicts.BROKEN_OFF if isinstance(fate, Accepted | InDoubt) else fate)
        elif isinstance(fate, InDoubt):
            self._end(fate=fate)
        else:
            self._finish(copy, fate)

    def _end(self, doubt: InDoubt = _ENDED, *, fate: Outcome | None = None) -> None:
        """Stop here. `fate` is the head's, where a reply told it."""
        if self.over:
            return
        self.over = True
        self.fruitless = bool(self._copies) and not self.answered
        self.returned += [copy.envelope for copy in self.asking if copy not in self._copies]
        for copy in self._copies:
            outcome = copy.fate or fate or self._certain(copy, doubt)
            fate = None
            if outcome is None:
                self.returned.append(copy.envelope)
            else:
                self._settled.append((copy.envelope.delivery_id, outcome))
        self._copies.clear()
        self.asking.clear()
        self.outgoing.clear()

    def _certain(self, copy: Copy, doubt: InDoubt | TryLater) -> Outcome | None:
        """What is certain of a copy without a reply; None if it was announced at most.

        A server that drops a connection which never carried anything tells about itself or about this recipient:
        then the copy is tried again by the ledger's rules, and not over and over here.
        """
        if copy.committed_at is None:
            return verdicts.BROKEN_OFF if self.fruitless and copy is self._copies[0] else None
        return doubt if self.handed >= copy.committed_at else verdicts.BROKEN_OFF
