"""Opaque tokens: links and reply subjects that prove somebody holds a mail we sent, for one purpose.

A token is 48 letters and digits, Base32 in lower case, so it survives a URL path, a mail subject and being typed by
hand. It holds 30 bytes:

    1   version of this format, 1
    1   id of the key that made it, so that rotated keys keep working for old mails
    4   when it ends, seconds since 1970, 0 for never
    8   public id of the subscriber (random 64 bits), of the pending request it stands for, or of a delivery
    16  HMAC-SHA-256 over the purpose and the 14 bytes before, cut to 128 bits

The purpose is signed but not written: a token made to unsubscribe cannot change an address. No address is inside.
A single token is revoked by giving the subscriber a new public id, all of one key by dropping the key.
"""

import base64
import binascii
import hmac
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from newsletter.errors import InputError

_HEAD = struct.Struct(">BBIQ")
_VERSION = 1
_MAC_BYTES = 16
_LENGTH = 48
MOST_KEYS = 256
TOKEN = re.compile(r"(?<![A-Za-z2-7])[A-Za-z2-7]{48}(?![A-Za-z2-7])")  # in any text
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648 Base32, in lower case
_PAIRS = tuple(first + second for first in _LETTERS for second in _LETTERS)  # ten bits at once: twice as fast
_SHIFTS = range(8 * (_HEAD.size + _MAC_BYTES) - 10, -1, -10)


class Purpose(StrEnum):
    """What a token is good for."""

    UNSUBSCRIBE = "unsubscribe"  # works for years: old mails must keep their way out
    PREFERENCES = "preferences"  # opens one's own settings, for a day
    CONFIRM = "confirm"  # the owner says yes to a request to subscribe
    CHANGE_ADDRESS = "change-address"  # the new address says yes
    UNDO = "undo"  # takes back an unsubscribe
    BOUNCE = "bounce"  # in an envelope sender: names the delivery that came back


LIFETIMES: Mapping[Purpose, timedelta | None] = {
    Purpose.UNSUBSCRIBE: None,
    Purpose.PREFERENCES: timedelta(days=1),
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.CHANGE_ADDRESS: timedelta(days=1),
    Purpose.UNDO: timedelta(days=30),
    Purpose.BOUNCE: None,
}


@dataclass(frozen=True, kw_only=True)
class TokenKeys:
    """The secrets that sign tokens, by id from 0 to 255; old ones stay so that old mails keep working."""

    secrets: Mapping[int, bytes] = field(repr=False)
    current: int  # id of the one that signs

    def __post_init__(self) -> None:
        """Raises InputError for a missing, short or oddly numbered secret."""
        if self.current not in self.secrets or not all(0 <= number < MOST_KEYS for number in self.secrets):
            raise InputError("Token keys are numbered from 0 to 255, and the current one must be among them.")
        if any(len(secret) < 32 for secret in self.secrets.values()):
            raise InputError("A token key must have at least 32 random bytes; make a new one.")


def make_token(purpose: Purpose, subject_id: int, keys: TokenKeys, *, now: datetime | None = None) -> str:
    """A token for one purpose and one id of 64 bits; how long it lives is the purpose's matter (`LIFETIMES`)."""
    lifetime = LIFETIMES[purpose]
    ends = int(((now or datetime.now(UTC)) + lifetime).timestamp()) if lifetime else 0
    head = _HEAD.pack(_VERSION, keys.current, ends, subject_id)
    number = int.from_bytes(head + _mac(purpose, head, keys.secrets[keys.current]), "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def read_token(purpose: Purpose, token: str, keys: TokenKeys, *, now: datetime | None = None) -> int:
    """The id a token was made for. Raises InputError if it is forged, cut, of another purpose, or has ended."""
    raw = _unpacked(token)
    head, mac = raw[: _HEAD.size], raw[_HEAD.size :]
    version, key_id, ends, subject_id = _HEAD.unpack(head)
    secret = keys.secrets.get(key_id)
    if version != _VERSION or secret is None or not hmac.compare_digest(mac, _mac(purpose, head, secret)):
        raise InputError(_INVALID)
    if ends and (now or datetime.now(UTC)).timestamp() > ends:
        raise InputError("This link has run out of time; ask for a new one.")
    return int(subject_id)


_INVALID = "This link is not complete or not ours; copy it again from the mail, or write to us."


def _unpacked(token: str) -> bytes:
    try:
        raw = base64.b32decode(token, casefold=True) if len(token) == _LENGTH else b""
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _HEAD.size + _MAC_BYTES:
        raise InputError(_INVALID)
    return raw


def _mac(purpose: Purpose, head: bytes, secret: bytes) -> bytes:
    return hmac.digest(secret, b"newsletter token\0%b\0%b" % (purpose.encode(), head), "sha256")[:_MAC_BYTES]
