"""Which links an issue may carry."""

import re
from urllib.parse import urlsplit

SCHEMES = ("https", "http", "mailto", "tel")


def check_url(value: str) -> str:
    """Return a plain web, mail or telephone link as it is; ValueError for anything else, `javascript:` above all."""
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise ValueError(f"'{value[:40]}' is not a link: {error}") from None
    if parts.scheme.lower() not in SCHEMES:
        raise ValueError(f"a link must begin with https://, http://, mailto: or tel:, not '{value[:40]}'")
    if parts.scheme.lower().startswith("http") and not parts.netloc:
        raise ValueError(f"the link '{value[:40]}' names no website")
    if re.search(r"[\s<>\"\\]", value):
        raise ValueError(f"the link '{value[:40]}' holds a space, quote or bracket; write %20 for a space")
    return value
