"""The way to an SMTP server: its URL, a verified TLS connection, and the sign-in. Nothing falls back in silence.

`starttls()` of the standard library gives the password to a server with any certificate unless it is handed a
verifying context, and its `login` prefers CRAM-MD5; so both are done here, explicitly.
"""

import base64
import logging
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote

from newsletter.errors import InputError, RouteRefusedError, UnavailableError
from newsletter.transports.base import enhanced_code
from newsletter.transports.loopback import is_loopback
from newsletter.transports.punctual import Punctual, PunctualSsl

_log = logging.getLogger(__name__)

_GOODBYE = 5.0  # seconds

Secret = str | Callable[[], str | None] | None  # a password or token, or what reads it anew for each connection


class Tls(StrEnum):
    """How a connection is kept private."""

    IMPLICIT = "implicit"  # TLS from the first byte, as on port 465
    STARTTLS = "starttls"  # begins in the clear and must turn to TLS before anything is said
    NONE = "none"  # in the clear: this machine, or asked for by name; never with a password


class Auth(StrEnum):
    """How we sign in."""

    LOGIN = "login"  # AUTH PLAIN or LOGIN, whichever the server offers
    XOAUTH2 = "xoauth2"  # the password is an OAuth access token, as Microsoft 365 and Google take it


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Seconds to wait; the defaults follow RFC 5321 section 4.5.3.2."""

    connect: float = 60
    command: float = 300
    end_of_data: float = 600  # giving up early here is what makes copies arrive twice
    back_off: float = 1  # before the next connection, after one that brought nothing; grows with each


@dataclass(frozen=True, kw_only=True)
class SmtpRoute:
    """Where to connect and how."""

    host: str
    port: int
    tls: Tls
    username: str = ""
    password: Secret = field(default=None, repr=False)
    auth: Auth = Auth.LOGIN
    timeouts: Timeouts = Timeouts()
    context: ssl.SSLContext | None = field(default=None, repr=False)  # for tests and private authorities

    def __post_init__(self) -> None:
        """Raises InputError for a password that would travel in the clear."""
        if self.username and self.tls is Tls.NONE:
            raise InputError(f"{self.name}: a password is sent over TLS only; use smtps:// or add ?tls=starttls.")

    @classmethod
    def from_url(cls, url: SplitResult, password: Secret) -> Self:
        """Read `smtp://user@host:587` or `smtps://host`. Raises InputError in a sentence that holds no secret."""
        host, port = _host_and_port(url)
        tls, auth = _options(url, host)
        username = unquote(url.username or "")
        if url.password is not None:
            raise InputError("The transport URL holds a password; give it by environment or a file instead.")
        route = cls(host=host, port=port, tls=tls, auth=auth, username=username, password=password)
        if username and not route._secret():
            raise InputError(
                f"The server {host} asks for a user, but no password is set; give it by environment or a file."
            )
        return route

    @property
    def name(self) -> str:
        """`SMTP host:port`."""
        return f"SMTP {self.host}:{self.port}"

    def open(self) -> smtplib.SMTP:
        """A connection ready for MAIL. Raises UnavailableError; then nothing was said that needs undoing."""
        try:
            smtp = self._connect()
        except ssl.SSLCertVerificationError as error:
            raise UnavailableError(
                f"{self.name} shows a certificate that is not valid: {error.verify_message}."
            ) from None
        except ssl.SSLError as error:
            raise UnavailableError(f"{self.name}: TLS could not be set up ({error.reason}).") from None
        except smtplib.SMTPResponseException as error:
            raise UnavailableError(f"{self.name} does not take mail now (it answered {error.smtp_code}).") from None
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError(
                f"{self.name} cannot be reached ({_reason(error)}); check host, port and network."
            ) from None
        _log.info("connected to %s, tls %s", self.name, self.tls)
        return smtp

    def probe(self) -> None:
        """Connect, sign in and say goodbye. Raises UnavailableError as `open` does."""
        smtp = self.open()
        with suppress(OSError, smtplib.SMTPException), smtp:  # it says QUIT
            _set_up(smtp, _GOODBYE)

    def _connect(self) -> smtplib.SMTP:
        smtp = self._dial()
        try:
            self._greet(smtp)
            if self.tls is Tls.STARTTLS:
                self._start_tls(smtp)
            if self.username:
                self._sign_in(smtp)
            _set_up(smtp, self.timeouts.command)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _dial(self) -> smtplib.SMTP:
        wait = self.timeouts.connect
        if self.tls is Tls.IMPLICIT:
            return PunctualSsl(self.host, self.port, _own_name(), timeout=wait, context=self._verifying_context())
        return Punctual(self.host, self.port, _own_name(), timeout=wait)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        code, _ = smtp.ehlo()
        if code // 100 != 2:
            raise UnavailableError(f"{self.name} does not speak ESMTP (it answered {code} to EHLO).")

    def _start_tls(self, smtp: smtplib.SMTP) -> None:
        if not smtp.has_extn("starttls"):
            raise UnavailableError(f"{self.name} does not offer TLS; somebody may be in between. Nothing was sent.")
        smtp.starttls(context=self._verifying_context())
        self._greet(smtp)  # what was said in the clear no longer counts, RFC 3207 section 4.2

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        if self.auth is Auth.XOAUTH2:
            code, text = self._sign_in_by_token(smtp, offered)
        elif "PLAIN" in offered:
            code, text = smtp.docmd("AUTH", f"PLAIN {_packed(f'{chr(0)}{self.username}{chr(0)}{self._secret()}')}")
        elif "LOGIN" in offered:
            code, text = smtp.docmd("AUTH", "LOGIN")
            for secret in (self.username, self._secret()):
                code, text = smtp.docmd(_packed(secret)) if code == 334 else (code, text)
        else:
            raise UnavailableError(
                f"{self.name} offers neither AUTH PLAIN nor LOGIN; the user name cannot be used there."
            )
        if code != 235:
            kind = RouteRefusedError if code // 100 == 5 else UnavailableError
            raise kind(f"{self.name} refuses the sign-in ({code}{_hint(text)}); check user name and password.")

    def _sign_in_by_token(self, smtp: smtplib.SMTP, offered: Sequence[str]) -> tuple[int, bytes]:
        """A refusal comes as 334 with a reason in Base64; the empty answer to it brings the code."""
        if "XOAUTH2" not in offered:
            raise UnavailableError(f"{self.name} does not offer AUTH XOAUTH2; leave out auth=xoauth2 there.")
        token = f"user={self.username}\x01auth=Bearer {self._secret()}\x01\x01"
        code, text = smtp.docmd("AUTH", f"XOAUTH2 {_packed(token)}")
        return smtp.docmd("") if code == 334 else (code, text)

    def _secret(self) -> str:
        """A token lives for an hour and a mailing may take longer, so whoever gives it may change it."""
        return (self.password() if callable(self.password) else self.password) or ""

    def refusal(self, code: int, text: bytes) -> RouteRefusedError:
        """What to raise where a server will not take mail from us, whoever it is for.

        The server's words may hold an address, so the sentence has its numbers alone.
        """
        enhanced = enhanced_code(text.decode("utf-8", "replace"))
        return RouteRefusedError(
            f"{self.name} refuses to take mail from us ({' '.join(filter(None, (str(code), enhanced)))}{_hint(text)}); "
            "check the sign-in, the From address and the size of the issue."
        )

    def _verifying_context(self) -> ssl.SSLContext:
        if self.context:
            return self.context
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _host_and_port(url: SplitResult) -> tuple[str, int]:
    try:
        host, port = url.hostname, url.port
    except ValueError:
        host, port = None, None
    if not host:
        raise InputError("The transport names no server; write it as smtp://user@mail.example.org:587.")
    return host, port or (465 if url.scheme == "smtps" else 587)


def _options(url: SplitResult, host: str) -> tuple[Tls, Auth]:
    asked = parse_qs(url.query, keep_blank_values=True)
    wish = asked.pop("tls", [""])[0]
    auth = asked.pop("auth", [Auth.LOGIN])[0]
    if asked or wish not in ("", "none", "starttls") or (wish and url.scheme == "smtps"):
        raise InputError("After ? a transport takes only tls=none or tls=starttls (smtps:// neither) and auth=xoauth2.")
    if auth not in list(Auth) or (auth == Auth.XOAUTH2 and not url.username):
        raise InputError("auth= takes only xoauth2, with a user name before the @ and the access token as password.")
    if url.scheme == "smtps":
        return Tls.IMPLICIT, Auth(auth)
    return Tls(wish) if wish else (Tls.NONE if is_loopback(host) else Tls.STARTTLS), Auth(auth)


def _own_name() -> str:
    """What EHLO says; the library's own way asks the DNS, which may take minutes to fail."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _set_up(smtp: smtplib.SMTP, timeout: float) -> None:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("closed during the handshake")
    smtp.sock.settimeout(timeout)
    smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else the final dot waits 40 ms for an ACK
    smtp.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # a peer that vanished without a word is noticed


def _packed(secret: str) -> str:
    return base64.b64encode(secret.encode("utf-8")).decode("ascii")


def _hint(text: bytes) -> str:
    """Microsoft's word for a tenant that allows OAuth alone; other words of the server may hold the user name."""
    return ", basic sign-in is switched off there: OAuth is needed" if text.startswith(b"5.7.30") else ""


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
