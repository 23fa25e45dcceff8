"""Asks the DNS: a few kinds of question, one sentence where nobody answers. Tests hand in a resolver of their own."""

from typing import Any, Protocol

import dns.exception
import dns.resolver

from newsletter.errors import UnavailableError


class Resolver(Protocol):
    """Answers questions about names. UnavailableError means that nobody answered, and says nothing of the name."""

    def txt(self, name: str) -> tuple[str, ...]:
        """Its TXT records, each joined to one text; none where there are none or no such name."""

    def mx(self, name: str) -> tuple[str, ...]:
        """Its mail servers, best first, without the last dot; "" alone is the null MX of RFC 7505."""

    def addresses(self, name: str) -> tuple[str, ...]:
        """Its IPv4 and IPv6 addresses."""


class SystemResolver:
    """Asks the name servers that this computer is set up with, or one that is named."""

    def __init__(self, *, patience: float = 5.0, server: tuple[str, int] | None = None) -> None:
        """Take seconds after which a question is given up, and the address and port of a server for tests."""
        self._patience, self._server = patience, server

    def txt(self, name: str) -> tuple[str, ...]:
        """See `Resolver`."""
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT"))

    def mx(self, name: str) -> tuple[str, ...]:
        """See `Resolver`."""
        records = sorted(self._ask(name, "MX"), key=lambda record: record.preference)
        return tuple(record.exchange.to_text(omit_final_dot=True).removesuffix(".") for record in records)

    def addresses(self, name: str) -> tuple[str, ...]:
        """See `Resolver`."""
        return tuple(record.address for kind in ("A", "AAAA") for record in self._ask(name, kind))

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            # The last dot keeps the computer's own search domains out of it.
            answer = self._resolver().resolve(f"{name}.", kind, raise_on_no_answer=False, lifetime=self._patience)
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError):
            raise UnavailableError(f"The DNS gives no answer about {name}; check the network, or try again.") from None
        return list(answer.rrset or ())

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=self._server is None)
        if self._server:
            resolver.nameservers, resolver.port = [self._server[0]], self._server[1]
        return resolver
