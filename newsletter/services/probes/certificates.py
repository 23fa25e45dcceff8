"""Fetches a certificate that a webhook names; whose host that may be is the caller's to judge."""

import requests

from newsletter.errors import UnavailableError

_SECONDS = 10.0
_LARGEST = 64_000  # bytes; a certificate has about 2,000


def fetch_certificate(url: str) -> bytes:
    """The PEM file at an https address, by a verified connection and without following it anywhere else.

    Raises UnavailableError where there is none.
    """
    try:
        with requests.get(url, timeout=_SECONDS, allow_redirects=False, stream=True) as answer:
            found = answer.raw.read(_LARGEST + 1, decode_content=True) if answer.status_code == 200 else b""
    except (requests.RequestException, OSError):
        found = b""
    if not 0 < len(found) <= _LARGEST:
        raise UnavailableError("The certificate that a webhook names can't be fetched now.")
    return bytes(found)
