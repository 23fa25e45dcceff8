"""Visits the links of an issue and tells what became of each visit. Off unless somebody asks for it.

Polite: few at once, one at a time for each site, HEAD before GET, bodies never read. Safe: a name is looked up once,
every address it has is judged, and the connection goes to the address that was judged, so that no link and no
redirect leads this machine into its own network.
"""

import ipaddress
import socket
import time
from collections.abc import Iterable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from newsletter.checks.facts import LinkFact, LinkOutcome

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_MOST_HOPS = 8
_GONE = (404, 410)
_AGENT = "Mozilla/5.0 (compatible; open-bulletin link check)"
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class _PrivateAddressError(requests.exceptions.ConnectionError):
    """The address lies inside somebody's own network; it was not visited."""


class AddressGuard:
    """Looks names up and refuses addresses that are not public."""

    def __init__(self, allowed: Sequence[IPNetwork] = ()) -> None:
        """Take networks that may be visited although they are not public, for tests."""
        self._allowed = tuple(allowed)

    def address(self, host: str, port: int) -> str:
        """An address of a host to connect to. Raises OSError where the name is unknown."""
        found = [entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        addresses = [ipaddress.ip_address(str(text).partition("%")[0]) for text in found]
        if not all(map(self._may_visit, addresses)):
            raise _PrivateAddressError("the address is not public")
        # IPv4 first: many servers have no way out by IPv6.
        return str(min(addresses, key=lambda address: address.version))

    def _may_visit(self, address: IPAddress) -> bool:
        inner = _inside(address)
        allowed = any(inner in network for network in self._allowed if network.version == inner.version)
        return allowed or (inner.is_global and not inner.is_multicast)


def _inside(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 address carries, if it carries one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class _PinnedAdapter(HTTPAdapter):
    """Connects to the very address that was judged: a second look-up could give another (DNS rebinding)."""

    def __init__(self, guard: AddressGuard) -> None:
        super().__init__()
        self._guard = guard

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,  # noqa: FBT001  (the library's own signature)
        cert: Any = None,  # noqa: ANN401
    ) -> tuple[Any, Any]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        name = str(host["host"])
        address = self._guard.address(name.strip("[]"), host["port"] or (443 if host["scheme"] == "https" else 80))
        host["host"] = f"[{address}]" if ":" in address else address
        if host["scheme"] == "https":
            return host, {**pool, "server_hostname": name, "assert_hostname": name}
        return host, pool

    def add_headers(self, request: requests.PreparedRequest, **_: object) -> None:
        # The connection knows only the number, and a server with many sites needs the name.
        request.headers["Host"] = urlsplit(request.url or "").netloc.rpartition("@")[2]


class LinkProbe:
    """Visits links; what it learnt is kept in `known`, so that a second check costs nothing."""

    def __init__(
        self,
        *,
        timeout: float = 10.0,
        workers: int = 4,
        pause: float = 0.5,
        allowed: Sequence[IPNetwork] = (),
        known: MutableMapping[str, LinkFact] | None = None,
        authorities: Path | None = None,
    ) -> None:
        """Take seconds to wait for an answer, sites visited at once, and seconds between two visits to one site.

        `authorities` is a file of certificates to trust in place of the usual ones.
        """
        self._timeout, self._workers, self._pause = timeout, workers, pause
        self._guard = AddressGuard(allowed)
        self._known = {} if known is None else known
        self._verify: bool | str = str(authorities) if authorities else True

    def visit(self, urls: Iterable[str]) -> dict[str, LinkFact]:
        """What became of each http or https link, by address; other schemes are left out."""
        wanted = list(dict.fromkeys(url for url in urls if urlsplit(url).scheme.lower() in ("http", "https")))
        by_site: dict[str, list[str]] = {}
        for url in wanted:
            if url not in self._known:
                by_site.setdefault((urlsplit(url).hostname or "").lower(), []).append(url)
        with ThreadPoolExecutor(max_workers=self._workers) as pool:
            for facts in pool.map(self._visit_site, by_site.values()):
                self._known.update({fact.url: fact for fact in facts})
        return {url: self._known[url] for url in wanted}

    def _visit_site(self, urls: list[str]) -> list[LinkFact]:
        facts = []
        with requests.Session() as session:
            session.trust_env = False  # neither a proxy nor a password from this machine's own files
            session.verify = self._verify
            session.headers["User-Agent"] = _AGENT
            session.mount("https://", _PinnedAdapter(self._guard))
            session.mount("http://", _PinnedAdapter(self._guard))
            for number, url in enumerate(urls):
                time.sleep(self._pause if number else 0)
                facts.append(self._visit(session, url))
        return facts

    def _visit(self, session: requests.Session, url: str) -> LinkFact:
        try:
            return self._followed(session, url)
        except _PrivateAddressError:
            return LinkFact(url=url, outcome=LinkOutcome.PRIVATE, detail="the address is not public")
        except (requests.RequestException, OSError, ValueError) as error:
            return LinkFact(url=url, outcome=LinkOutcome.FAILED, detail=_why(error))

    def _followed(self, session: requests.Session, url: str) -> LinkFact:
        place = urldefrag(url).url
        for _ in range(_MOST_HOPS):
            status, onward = self._ask(session, place)
            if not onward:
                return _fact(url, status, place)
            place = urljoin(place, onward)
            if urlsplit(place).scheme not in ("http", "https"):
                break
        return LinkFact(url=url, outcome=LinkOutcome.FAILED, detail="it is passed on without end, or out of the web")

    def _ask(self, session: requests.Session, url: str) -> tuple[int, str]:
        """Status, and where a redirect leads. Some sites know no HEAD, so a refusal is asked again with GET."""
        for method in ("HEAD", "GET"):
            with session.request(method, url, timeout=self._timeout, allow_redirects=False, stream=True) as answer:
                status, onward = answer.status_code, answer.headers.get("Location", "")
            if status < 400:
                break
        return status, onward if status in (301, 302, 303, 307, 308) else ""


def _fact(url: str, status: int, place: str) -> LinkFact:
    if status in _GONE:
        return LinkFact(url=url, outcome=LinkOutcome.GONE, status=status, lands_at=place)
    if status >= 400:
        detail = f"the site answered with status {status}, perhaps only to programs"
        return LinkFact(url=url, outcome=LinkOutcome.UNCLEAR, status=status, lands_at=place, detail=detail)
    if place.rstrip("/") == urldefrag(url).url.rstrip("/"):
        return LinkFact(url=url, outcome=LinkOutcome.REACHED, status=status)
    return LinkFact(url=url, outcome=LinkOutcome.MOVED, status=status, lands_at=place)


def _why(error: Exception) -> str:
    """A few words; the library's own text names addresses and objects."""
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate can't be trusted"
    if isinstance(error, requests.exceptions.Timeout):
        return "it did not answer in time"
    if isinstance(error, socket.gaierror):
        return "there is no site of this name"
    return "no connection could be made"
