"""What carries a batch out, seen from outside: envelopes go in, one outcome for each comes back through the journal.

A transport must have its intent granted by the journal before a byte leaves that could make a copy be accepted, must
send only what was granted, and must tell an outcome before that copy's connection goes on to the next. A fault of the
whole route (no connection, no TLS, sign-in refused) is UnavailableError and says nothing about any recipient.
"""

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One copy for one recipient, ready for the wire."""

    delivery_id: int  # row of the ledger
    sender: str  # envelope sender, where bounces go; may name the delivery (VERP)
    recipient: str  # envelope recipient, ASCII
    message: bytes  # finished bytes: CRLF, no line that begins with a dot


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Stands in the stream of envelopes where nothing may start now: ask again later, and finish what is under way."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class _Reply:
    """What the other side said."""

    code: int | None = None  # SMTP or HTTP status
    enhanced: str = ""  # RFC 3463, such as 5.1.1
    text: str = ""  # its own words; may hold an address, so never logged
    provider_ref: str = ""  # its name for the message, such as a queue id


@dataclass(frozen=True, kw_only=True)
class Accepted(_Reply):
    """The other side took responsibility for this copy."""


@dataclass(frozen=True, kw_only=True)
class Refused(_Reply):
    """The other side said no for good; this copy did not go out."""


@dataclass(frozen=True, kw_only=True)
class TryLater(_Reply):
    """This copy did not go out, and another attempt may succeed."""

    untouched: bool = (
        False  # the connection broke before the whole message was there: no attempt counts against anybody
    )
    retry_after: float | None = None  # seconds after which they want to be asked again, where they said so


@dataclass(frozen=True, kw_only=True)
class InDoubt(_Reply):
    """The copy may or may not have been accepted, and nobody here can tell."""


Outcome = Accepted | Refused | TryLater | InDoubt


class Journal(Protocol):
    """The ledger as a transport sees it. Every call returns only when its facts are durable."""

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> AbstractSet[int]:
        """Record what became of some deliveries, and that others are about to leave, in one commit.

        Returns the intents really granted; the others belong elsewhere by now and must not be sent.
        """

    def intent(self, ids: Sequence[int]) -> AbstractSet[int]:
        """Record that these deliveries are about to leave; returns those granted."""

    def outcome(self, delivery_id: int, outcome: Outcome) -> None:
        """Record what became of one delivery."""


class PlainForms(ABC):
    """Gives a journal that can `settle` the two plain calls, for transports that carry one copy at a time."""

    @abstractmethod
    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> AbstractSet[int]:
        """See `Journal.settle`."""

    def intent(self, ids: Sequence[int]) -> AbstractSet[int]:
        """Record that these deliveries are about to leave; returns those granted."""
        return self.settle((), ids)

    def outcome(self, delivery_id: int, outcome: Outcome) -> None:
        """Record what became of one delivery."""
        self.settle(((delivery_id, outcome),), ())


class Transport(Protocol):
    """A way out for mail."""

    @property
    def name(self) -> str:
        """What people call it, such as `SMTP mail.example:587`; holds no secret."""

    @property
    def connections(self) -> int:
        """How many calls of `deliver` may usefully run side by side, each in a thread and on a transport of its own."""

    def probe(self) -> None:
        """See whether mail could leave now: connect, sign in, say goodbye. Nothing is sent. Raises UnavailableError."""

    def deliver(self, envelopes: Iterable[Envelope | Pause], journal: Journal) -> None:
        """Carry out a stream, pulling it as fast as it can be sent: pulling claims from the ledger.

        After UnavailableError whatever has no outcome yet is untouched.
        """


def unhurried(stream: Iterable[Envelope | Pause]) -> Iterator[Envelope]:
    """The envelopes of a stream alone, each pause slept through: enough for whoever carries one copy at a time."""
    for item in stream:
        if isinstance(item, Pause):
            time.sleep(item.seconds)
        else:
            yield item


def enhanced_code(text: str) -> str:
    """The RFC 3463 status at the head of a reply's text, or empty."""
    found = _ENHANCED.match(text)
    return found[1] if found else ""


def check_wire_safe(message: bytes) -> None:
    """Raise ValueError unless these bytes can go out as they are: CRLF alone ends lines, none begins with a dot.

    Bare CR or LF lets one message pose as two (SMTP smuggling, VU#302671); a leading dot would need stuffing.
    """
    lines = message.splitlines()
    if b"\r\n".join([*lines, b""]) != message or not lines:
        raise ValueError("a message must end every line with CRLF and hold no other CR or LF")
    if b"." in [line[:1] for line in lines]:
        raise ValueError("no line of a message may begin with a dot")
