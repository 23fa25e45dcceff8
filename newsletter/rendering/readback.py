"""Reads finished mail back with a parser that is not ours, and compares its header with what was meant."""

import re
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

from newsletter.errors import UnsafeHeaderError
from newsletter.rendering.headers import decode

_LIMIT = 998  # octets in a line without CRLF, RFC 5322 section 2.1.1
_TO = re.compile(rb"^To: .*(?:\r\n[ \t].*)*", re.MULTILINE)
_MAILBOX_FIELDS = frozenset({"from", "to", "reply-to", "list-id"})


def verify_message(message: bytes, expected: Mapping[str, str], *, smtputf8: bool = False) -> None:
    """Check that finished bytes hold exactly the fields that were meant, each once, with their values.

    `expected` maps each name to its decoded value, a mailbox as `Name <address>`, a DKIM signature up to its `b=`.
    White space does not count, because some parsers add a blank between encoded-words. With `smtputf8` the To field may
    hold UTF-8 and nothing else may. Raises UnsafeHeaderError, whose sentence holds no value.
    """
    verify_wire(_without_to(message) if smtputf8 else message)
    found = read_headers(message)
    _verify_names([name for name, _ in found], expected)
    for name, value in found:
        meant, read = _squash(expected[name]), _squash(value)
        if (read[: len(meant)] if name == "DKIM-Signature" else read) != meant:
            raise UnsafeHeaderError(f"The {name} reads otherwise in the finished message; look for odd characters.")


def verify_wire(message: bytes) -> None:
    """Raise UnsafeHeaderError for a line of finished bytes that could be cut, changed or read as two on its way."""
    lines = message.split(b"\r\n")
    if not message.isascii() or any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines):
        raise UnsafeHeaderError("The finished message holds a bare line end, a NUL or a byte that is not ASCII.")
    if any(len(line) > _LIMIT or line.startswith(b".") for line in lines):
        raise UnsafeHeaderError("The finished message holds a line that mail servers would cut or change.")


def read_headers(message: bytes) -> list[tuple[str, str]]:
    """Names and decoded values in their order, as Python's standard parser sees them."""
    parsed: Message = BytesHeaderParser(policy=compat32).parsebytes(message)
    return [(name, _read(name, _as_utf8(name, value))) for name, value in parsed.raw_items()]


def _without_to(message: bytes) -> bytes:
    """The message with its To field in ASCII, where that holds nothing but UTF-8 (RFC 6532)."""
    header, end, body = message.partition(b"\r\n\r\n")
    return _TO.sub(lambda found: found[0].decode("utf-8", "replace").encode("ascii", "replace"), header) + end + body


def _as_utf8(name: str, value: str) -> str:
    """Raw bytes as the parser keeps them, read as RFC 6532 has it."""
    try:
        return value.encode("ascii", "surrogateescape").decode("utf-8")
    except UnicodeError:
        raise UnsafeHeaderError(f"The {name} of the finished message is not UTF-8; look for odd characters.") from None


def _verify_names(names: list[str], expected: Mapping[str, str]) -> None:
    if sorted(names) != sorted(expected):
        odd = set(names) ^ set(expected) or {name for name in names if names.count(name) > 1}
        raise UnsafeHeaderError(f"The finished message has other fields than were meant: {', '.join(sorted(odd))}.")


def _squash(value: str) -> str:
    return "".join(value.split())


def _read(name: str, raw: str) -> str:
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", raw)
    if name.lower() not in _MAILBOX_FIELDS:
        return decode(name, unfolded)
    mailboxes = getaddresses([unfolded])  # all of them: a second one that slipped in must show
    return ", ".join(f"{decode(name, shown)} <{address}>" if shown else address for shown, address in mailboxes)
