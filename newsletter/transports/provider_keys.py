"""Providers that know a message they have seen: sending it again under its key makes no second mail.

The key is the Message-ID, which is fixed when a mailing is planned and the same in every attempt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class IdempotencyKey:
    """A header by which a provider knows a message it has seen: sending it again makes no second mail."""

    header: str
    lasts: float  # seconds for which they remember it
    busy: str  # their word for a first try that is still under way
    reused: str  # their word for a key that came with another message
    waits: Sequence[float] = (1.0, 3.0, 9.0)  # seconds before each further try


KEYS: Mapping[str, IdempotencyKey] = {
    "resend": IdempotencyKey(
        header="Idempotency-Key",
        lasts=24 * 3600.0,
        busy="concurrent_idempotent_requests",
        reused="invalid_idempotent_request",
    ),
}
