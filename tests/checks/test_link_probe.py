"""The link probe against a real server on loopback, and against the addresses that it must not visit."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from newsletter.checks.facts import LinkOutcome
from newsletter.services.probes.links import AddressGuard, LinkProbe

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
REDIRECTS = {
    "/old": "/new",
    "/twice": "/old",
    "/loop": "/loop",
    "/inward": "http://10.0.0.1/secret",
    "/out": "file:///etc/hosts",
}
STATUS = {"/gone": 410, "/missing": 404, "/closed": 403, "/broken": 500}


class Site(ThreadingHTTPServer):
    """A small site that remembers who asked for what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, str]] = []
        self.present, self.most_present, self.lock = 0, 0, threading.Lock()

    def url(self, path: str) -> str:
        """Address of a page."""
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        with self.server.lock:
            self.server.asked.append((self.command, self.path, self.headers["Host"]))
            self.server.present += 1
            self.server.most_present = max(self.server.most_present, self.server.present)
        time.sleep(1.0 if path == "/slow" else 0.02)
        with self.server.lock:
            self.server.present -= 1
        status = 302 if path in REDIRECTS else STATUS.get(path, 200)
        self.send_response(405 if path == "/no-head" and self.command == "HEAD" else status)
        if path in REDIRECTS:
            self.send_header("Location", REDIRECTS[path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def probe() -> LinkProbe:
    return LinkProbe(timeout=0.5, pause=0, allowed=LOOPBACK)


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/page", LinkOutcome.REACHED, 200),
        ("/page#part", LinkOutcome.REACHED, 200),
        ("/no-head", LinkOutcome.REACHED, 200),
        ("/missing", LinkOutcome.GONE, 404),
        ("/gone", LinkOutcome.GONE, 410),
        ("/closed", LinkOutcome.UNCLEAR, 403),
        ("/broken", LinkOutcome.UNCLEAR, 500),
        ("/old", LinkOutcome.MOVED, 200),
        ("/loop", LinkOutcome.FAILED, None),
        ("/slow", LinkOutcome.FAILED, None),
        ("/inward", LinkOutcome.PRIVATE, None),
        ("/out", LinkOutcome.FAILED, None),
    ],
)
def test_each_answer_has_its_outcome(
    site: Site, probe: LinkProbe, path: str, outcome: LinkOutcome, status: int | None
) -> None:
    url = site.url(path)
    fact = probe.visit([url])[url]
    assert (fact.outcome, fact.status) == (outcome, status)


def test_a_redirect_is_followed_to_its_end_and_told(site: Site, probe: LinkProbe) -> None:
    url = site.url("/twice")
    assert probe.visit([url])[url].lands_at == site.url("/new")


def test_an_answer_is_kept_and_not_asked_for_again(site: Site, probe: LinkProbe) -> None:
    url = site.url("/page")
    assert probe.visit([url]) == probe.visit([url, url])
    assert [entry[:2] for entry in site.asked] == [("HEAD", "/page")]


def test_get_is_asked_only_where_head_was_refused(site: Site, probe: LinkProbe) -> None:
    probe.visit([site.url("/page"), site.url("/no-head")])
    assert [entry[0] for entry in site.asked] == ["HEAD", "HEAD", "GET"]


def test_one_site_is_visited_one_page_at_a_time(site: Site, probe: LinkProbe) -> None:
    probe.visit(site.url(f"/page?{number}") for number in range(8))
    assert (len(site.asked), site.most_present) == (8, 1)


def test_the_site_is_called_by_its_name_though_the_number_is_dialled(site: Site, probe: LinkProbe) -> None:
    url = site.url("/page").replace("127.0.0.1", "localhost")
    assert probe.visit([url])[url].outcome is LinkOutcome.REACHED
    assert site.asked[0][2] == f"localhost:{site.server_address[1]}"


def certificate(folder: Path, name: str) -> Path:
    """A file with a key and a certificate of its own making for a host."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = folder / f"{name}.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("name", "trusted", "outcome"),
    [
        ("localhost", True, LinkOutcome.REACHED),
        ("localhost", False, LinkOutcome.FAILED),
        ("elsewhere.example", True, LinkOutcome.FAILED),
    ],
)
def test_a_certificate_is_held_against_the_name_in_the_link(
    site: Site, tmp_path: Path, name: str, trusted: bool, outcome: LinkOutcome
) -> None:
    file = certificate(tmp_path, name)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    site.socket = tls.wrap_socket(site.socket, server_side=True)
    site.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake is what is tested
    probe = LinkProbe(timeout=2, pause=0, allowed=LOOPBACK, authorities=file if trusted else None)
    url = f"https://localhost:{site.server_address[1]}/page"
    fact = probe.visit([url])[url]
    assert fact.outcome is outcome
    assert fact.detail == ("" if outcome is LinkOutcome.REACHED else "its certificate can't be trusted")


def test_mail_and_telephone_links_are_left_out(probe: LinkProbe) -> None:
    assert probe.visit(["mailto:team@npm.example", "tel:+441234567890"]) == {}


def test_nothing_is_sent_to_a_private_address_unless_it_is_allowed(site: Site) -> None:
    url = site.url("/page")
    assert LinkProbe(pause=0).visit([url])[url].outcome is LinkOutcome.PRIVATE
    assert site.asked == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_inside_a_network_are_refused(host: str) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        AddressGuard().address(host, 80)


@pytest.mark.parametrize("host", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_dialled(host: str) -> None:
    assert ip_address(AddressGuard().address(host, 443)) == ip_address(host)


def test_a_server_that_is_not_there_gives_no_library_text(probe: LinkProbe) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        fact = probe.visit([url])[url]
    assert (fact.outcome, fact.detail) == (LinkOutcome.FAILED, "no connection could be made")
