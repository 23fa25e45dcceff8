"""Which links an issue may carry."""

import re
from urllib.parse import urlsplit

SCHEMES = ("https", "http", "mailto", "tel")
_UNSEEN = r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"  # of no width, or turning the direction


def check_url(value: str) -> str:
    """Return a plain web, mail or telephone link as it is; ValueError for anything else, `javascript:` above all."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (reading it judges it)
    except ValueError as error:
        raise ValueError(f"'{value[:40]}' is not a link: {error}; compare it with the address of the page") from None
    if parts.scheme.lower() not in SCHEMES:
        raise ValueError(f"a link must begin with https://, http://, mailto: or tel:, not '{value[:40]}'")
    if parts.scheme.lower().startswith("http") and not parts.netloc:
        raise ValueError(f"the link '{value[:40]}' names no website")
    if parts.scheme.lower().startswith("http") and "@" in parts.netloc:
        raise ValueError(f"the link '{value[:40]}' names a user before an @, as false links do; leave that out")
    if re.search(r"[\s<>\"\\]", value):
        raise ValueError(f"the link '{value[:40]}' holds a space, quote or bracket; write %20 for a space")
    if re.search(_UNSEEN, value):
        raise ValueError(f"the link '{value[:40]}' holds a character that nobody sees; type it again by hand")
    return value
