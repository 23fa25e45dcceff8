"""Bounce addresses that name their delivery: `bounces+TOKEN@example.org` (variable envelope return path, VERP).

Whatever a far mail system quotes or leaves out, the bounce itself comes to this address, so it is the surest sign of
which copy came back. The token is signed: nobody can make up bounces for others.
"""

import re

from newsletter.errors import InputError
from newsletter.subscribers.tokens import Purpose, TokenKeys, make_token, read_token

LONGEST_LOCAL_PART = 64 - 1 - 48  # what RFC 5321 section 4.5.3.1.1 leaves beside `+` and the token

_TOKEN = re.compile(r"\+([A-Za-z2-7]{48})@[^@]*")  # some systems write the part before the @ in capitals


def verp_address(bounce_address: str, delivery_id: int, keys: TokenKeys) -> str:
    """The envelope sender of one delivery; the same for every attempt."""
    local, _, domain = bounce_address.rpartition("@")
    return f"{local}+{make_token(Purpose.BOUNCE, delivery_id, keys)}@{domain}"


def read_verp(address: str, keys: TokenKeys) -> int | None:
    """The delivery that an address names, or None where it names none or is forged."""
    found = _TOKEN.search(address.strip("<> "))
    try:
        return read_token(Purpose.BOUNCE, found[1], keys) if found else None
    except InputError:
        return None
