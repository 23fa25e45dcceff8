"""How requests to a provider leave: connections kept alive, nothing repeated, and always known whether all of it left.

The last byte of a request is what the final dot is in SMTP: without it a server cannot act. So it is held back until
everything before it is with the kernel, and whatever breaks earlier is no doubt.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from threading import local
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from newsletter.errors import InputError
from newsletter.transports.loopback import is_loopback

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


class KeptSession(requests.Session):
    """A session that many threads share and that only sends: no retries, redirects, cookies or look-ups by the way.

    Left to itself requests reads proxies and `.netrc` anew each time, an entry there would replace the API's key, and
    it costs as much again as the request.
    """

    def __init__(self, like: requests.Session, url: str, connections: int) -> None:
        """Take over the headers of a session, and the proxies and certificates that hold for an address."""
        super().__init__()
        self.headers = like.headers
        settings = like.merge_environment_settings(url, {}, None, None, None)
        self.proxies, self.cert = settings["proxies"], settings["cert"]
        self._trusted: bool | str = (
            True if settings["verify"] is None else settings["verify"]
        )  # or a file of certificates
        self.wire = Wire(connections)

    def request(self, method: str | bytes, url: str | bytes, **what: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401
        """Send one request. Raises TooManyRedirects for the first: no mail is sent to another address than was set."""
        asked = _prepared(str(method), str(url), {**self.headers, **(what["headers"] or {})}, what)
        response = self.wire.send(
            asked, timeout=what["timeout"], verify=self._trusted, cert=self.cert, proxies=self.proxies
        )
        if response.is_redirect:
            raise requests.TooManyRedirects("a redirect", response=response)
        response.encoding = response.encoding or "utf-8"  # or else each answer would be guessed at
        return response

    def close(self) -> None:
        """Close every connection."""
        self.wire.close()


def _prepared(method: str, url: str, headers: dict[str, Any], what: dict[str, Any]) -> requests.PreparedRequest:
    """A request with its body encoded; the address was checked when it was set, and nothing else is looked at again."""
    if what["params"]:
        raise ValueError("a query is not expected where mail is handed over")
    request = requests.PreparedRequest()
    request.prepare_method(method)
    request.url = url
    request.prepare_headers(headers)
    request.prepare_body(what["data"], what["files"])
    request.prepare_auth(what["auth"], url)
    return request


def check_secure(url: str) -> None:
    """Raise InputError for an address of an API that would show its key on the way."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise InputError("[provider] api_url must begin with https://; the key would travel in the clear.")
