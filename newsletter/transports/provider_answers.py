"""Answers of two kinds of client read alike: those of requests, and the tables that Amazon's own client returns."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from newsletter.transports.provider_verdicts import LONGEST_TEXT

# Errors of Amazon's client that come before anything is sent; it has no other way to tell.
_NOTHING_SENT = frozenset({"EndpointConnectionError", "ConnectTimeoutError", "ProxyConnectionError"})


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the other side said."""

    status: int  # of HTTP
    text: str  # its words, cut; may hold an address
    headers: Mapping[str, str]

    @classmethod
    def read(cls, response: Any) -> Self:  # noqa: ANN401
        """Read an answer of either kind."""
        if isinstance(response, Mapping):
            about = response.get("ResponseMetadata", {})
            status, headers, text = about.get("HTTPStatusCode", 0), about.get("HTTPHeaders", {}), response.get("Error")
            return cls(status=int(status), text=str(text or response)[:LONGEST_TEXT], headers=headers)
        return cls(status=response.status_code, text=response.text[:LONGEST_TEXT], headers=dict(response.headers))

    @property
    def positive(self) -> bool:
        """Whether it says yes."""
        return 200 <= self.status < 300


def came_before_sending(error: BaseException) -> bool:
    """Whether an error of Amazon's client says that there was no connection."""
    return type(error).__name__ in _NOTHING_SENT or _untrusted(error)


def _untrusted(error: BaseException | None) -> bool:
    """Whether the server's certificate was not good: then the connection never came about."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
