"""How requests to a provider leave: connections kept alive, nothing repeated, and always known whether all of it left.

The last byte of a request is what the final dot is in SMTP: without it a server cannot act. So it is held back until
everything before it is with the kernel, and whatever breaks earlier is no doubt.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO
from threading import local
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from newsletter.errors import InputError

_LARGEST_ANSWER = 256 * 1024  # bytes; real ones are a few hundred


class _Body:
    """The bytes of one request, and whether the last of them was asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.left = False

    def __iter__(self) -> Iterator[memoryview]:
        view = memoryview(self._data)
        yield view[:-1]
        self.left = True
        yield view[-1:]


class Wire(HTTPAdapter):
    """Carries requests of many threads, and tells each whether its last one left whole."""

    def __init__(self, connections: int) -> None:
        """Keep so many connections alive."""
        super().__init__(pool_connections=1, pool_maxsize=connections, max_retries=0)
        self._own = local()

    @property
    def left_whole(self) -> bool:
        """Whether the last byte of this thread's last request went out."""
        body: _Body | None = getattr(self._own, "body", None)
        return body is not None and body.left

    def forget(self) -> None:
        """Begin anew in this thread: nothing was sent yet."""
        self._own.body = None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002  (requests' own signature)
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request and read its answer, up to a size."""
        data = request.body or b""
        body = self._own.body = _Body(data.encode() if isinstance(data, str) else bytes(data))
        request.body = body  # type: ignore[assignment]  # requests takes any iterable whose length is in its header
        response = super().send(request, stream=True, timeout=timeout, verify=verify, cert=cert, proxies=proxies)
        response.raw = BytesIO(_read(response))
        return response


def _read(response: requests.Response) -> bytes:
    try:
        answer: bytes = response.raw.read(_LARGEST_ANSWER + 1, decode_content=True)
    except (HTTPError, OSError) as error:
        raise requests.exceptions.ConnectionError(error) from error
    if len(answer) > _LARGEST_ANSWER:
        response.raw.close()
        raise requests.exceptions.ContentDecodingError("the answer is too large")
    return answer


def prepare_session(session: requests.Session, url: str, connections: int) -> Wire:
    """Make a session one that many threads share, with no retries, redirects, cookies or look-ups for each request.

    Left to itself requests reads proxies and `.netrc` anew each time, and an entry there would replace the API's key.
    """
    wire = Wire(connections)
    for scheme in ("https://", "http://"):
        session.mount(scheme, wire)
    settings = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify, session.cert = settings["proxies"], settings["verify"], settings["cert"]
    session.trust_env = False
    session.max_redirects = 0
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return wire


def check_secure(url: str) -> None:
    """Raise InputError for an address of an API that would show its key on the way."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
        raise InputError("[provider] api_url must begin with https://; the key would travel in the clear.")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
