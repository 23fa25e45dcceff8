"""Proves that a mail or page can be passed on: nothing in it stands for one reader.

Our personal links all hold a token (`newsletter.subscribers.tokens`), and the header that unsubscribes with one press
is the other thing that a copy must not carry to somebody else.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

# The first byte of a token is its version, so its first two letters are few; a token is 48 letters and digits long.
_TOKEN = re.compile(r"(?<![A-Za-z0-9])[aA][e-hE-H][A-Za-z2-7]{46}(?![A-Za-z0-9])")
_ONE_PRESS = ("List-Unsubscribe", "List-Unsubscribe-Post")


def holds_token(text: str) -> bool:
    """Whether something that looks like a personal token stands in a text."""
    return _TOKEN.search(text) is not None


def traces(message: bytes) -> list[str]:
    """What in a mail is one reader's own, each named by where it is; nothing of it is repeated."""
    parsed = message_from_bytes(message)
    return [*_in_headers(parsed), *_in_parts(parsed)]


def _in_headers(message: Message) -> Iterator[str]:
    for name, value in message.items():
        if name in _ONE_PRESS:
            yield f"the header {name} takes its reader off the list"
        elif name in ("To", "Cc", "Delivered-To"):
            yield f"the header {name} names a reader"
        elif holds_token(re.sub(r"\s+", "", str(value))):
            yield f"the header {name} holds a personal token"


def _in_parts(message: Message) -> Iterator[str]:
    for part in message.walk():
        content = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(content, bytes) and holds_token(content.decode()):
            yield f"the part {part.get_content_type()} holds a personal token"
