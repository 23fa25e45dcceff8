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
_MAILBOX_FIELDS = frozenset({"from", "to", "reply-to", "list-id"})


def verify_message(message: bytes, expected: Mapping[str, str]) -> None:
    """Check that finished bytes hold exactly the fields that were meant, each once, with their values.

    `expected` maps each name to its decoded value, a mailbox as `Name <address>`. White space does not count, because
    some parsers add a blank between encoded-words. Raises UnsafeHeaderError, whose sentence holds no value.
    """
    _verify_wire(message)
    found = read_headers(message)
    _verify_names([name for name, _ in found], expected)
    for name, value in found:
        if _squash(value) != _squash(expected[name]):
            raise UnsafeHeaderError(f"The {name} reads otherwise in the finished message; look for odd characters.")


def read_headers(message: bytes) -> list[tuple[str, str]]:
    """Names and decoded values in their order, as Python's standard parser sees them."""
    parsed: Message = BytesHeaderParser(policy=compat32).parsebytes(message)
    return [(name, _read(name, str(value))) for name, value in parsed.items()]


def _verify_wire(message: bytes) -> None:
    lines = message.split(b"\r\n")
    if not message.isascii() or any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines):
        raise UnsafeHeaderError("The finished message holds a bare line end, a NUL or a byte that is not ASCII.")
    if any(len(line) > _LIMIT or line.startswith(b".") for line in lines):
        raise UnsafeHeaderError("The finished message holds a line that mail servers would cut or change.")


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
