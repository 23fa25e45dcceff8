"""How an envelope is said in SMTP, and what a server must be able to do for it; both engines use it.

Everything here is checked before it is said: an address that a server could read otherwise never reaches the wire.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

from newsletter.rendering.headers import is_plain_address, needs_smtputf8
from newsletter.transports.base import Envelope, Refused, check_wire_safe

_NO_ADDRESS = Refused(enhanced="5.1.3", text="not one plain address; it was not said to the server")
_NO_SMTPUTF8 = Refused(enhanced="5.6.7", text="not one plain ASCII address, and this server has no SMTPUTF8")
_NO_8BITMIME = Refused(enhanced="5.6.3", text="the message is not plain ASCII, and this server has no 8BITMIME")

_KEPT = 8  # bodies; more variants than this at once only cost time


@dataclass(frozen=True, kw_only=True)
class Abilities:
    """What a server offered in its answer to EHLO, as far as we use it."""

    pipelining: bool = False  # RFC 2920
    chunking: bool = False  # RFC 3030
    size: bool = False  # RFC 1870
    eight_bit: bool = False  # RFC 6152
    smtputf8: bool = False  # RFC 6531

    @classmethod
    def offered(cls, features: Mapping[str, str]) -> Self:
        """Read the keywords of EHLO, in lower case."""
        return cls(
            pipelining="pipelining" in features,
            chunking="chunking" in features,
            size="size" in features,
            eight_bit="8bitmime" in features,
            smtputf8="smtputf8" in features,
        )


class Address(NamedTuple):
    """The commands that name sender and recipient of one copy, each with its line end."""

    mail: bytes
    rcpt: bytes


def address(envelope: Envelope, abilities: Abilities) -> Address | Refused:
    """How this copy is announced to a server with these abilities; Refused where that can't be done unmangled."""
    recipient, options = envelope.recipient, ""
    if not is_plain_address(recipient):
        if not needs_smtputf8(recipient):
            return _NO_ADDRESS
        if not abilities.smtputf8:
            return _NO_SMTPUTF8
        if not (abilities.eight_bit or envelope.message.isascii()):
            return _NO_8BITMIME
        options = " SMTPUTF8 BODY=8BITMIME" if abilities.eight_bit else " SMTPUTF8"
    if abilities.size:
        options += f" SIZE={len(envelope.message)}"
    return Address(
        mail=f"MAIL FROM:<{envelope.sender}>{options}\r\n".encode("ascii"),
        rcpt=f"RCPT TO:<{recipient}>\r\n".encode(),
    )


class EnvelopeCheck:
    """Raises ValueError for what only a bug of ours can break: bytes that need changing, a sender that is no address.

    Bodies are plain ASCII, and so are headers but where the recipient's own address is not.

    Looking through 90 KB for stray line ends costs more than sending them, and the bodies of a variant are all the
    same: a body once found sound is known by comparing it, and only the header is looked through.
    """

    def __init__(self) -> None:
        """Know no body yet."""
        self._sound: dict[int, bytes] = {}  # by length
        self._sender = ""

    def __call__(self, envelope: Envelope) -> None:
        """Check one copy."""
        if envelope.sender and envelope.sender != self._sender:
            if not is_plain_address(envelope.sender):
                raise ValueError("the envelope sender is not one plain address")
            self._sender = envelope.sender
        message = envelope.message
        end = message.find(b"\r\n\r\n") + 2  # the empty line belongs to the body
        known = self._sound.get(len(message) - end)
        if known and end > 1 and message.endswith(known):
            _check(envelope, message[:end])
        else:
            _check(envelope, message)
            self._keep(message[end:])

    def _keep(self, body: bytes) -> None:
        if len(self._sound) == _KEPT:
            self._sound.clear()
        self._sound[len(body)] = body


def _check(envelope: Envelope, part: bytes) -> None:
    check_wire_safe(part)
    if not part.isascii() and envelope.recipient.isascii():
        raise ValueError("a message that is not plain ASCII goes only to an address that is not")
