"""The picture that comes with news: the one thing in a mail besides its words that is ever looked into.

It is drawn anew from its points, within the bounds of the page for news, so nothing else that its file held is kept.
"""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from itertools import islice
from typing import Any

from newsletter.errors import InputError
from newsletter.rendering.images import LARGEST_UPLOAD, reencode
from newsletter.rendering.rendered import RenderedImage

_KINDS = ("image/jpeg", "image/png")
_SMALLEST = 15_000  # bytes; below are the logos and icons of signatures
_MOST_PARTS = 100
_LARGEST_MAIL = 30_000_000  # bytes


def picture_in(raw: bytes) -> RenderedImage | None:
    """The first picture of a mail that is one; the mail was read within its limits before."""
    if len(raw) > _LARGEST_MAIL:
        return None
    for content in _pictures(message_from_bytes(raw)):
        try:
            return reencode(content)
        except InputError:
            continue  # it only said that it was a picture
    return None


def _pictures(mail: "Message[Any, Any]") -> Iterator[bytes]:
    for part in islice(mail.walk(), _MOST_PARTS):
        if part.get_content_type() in _KINDS:
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and _SMALLEST <= len(content) <= LARGEST_UPLOAD:
                yield content
