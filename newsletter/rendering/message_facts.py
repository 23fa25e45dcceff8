"""What a finished message says, read back from its bytes: for providers that take parts and write the mail themselves.

Reading the bytes, and not asking whoever wrote them, means that every transport is given the same thing, and that what
a provider is told is what was checked. The body is the same in all copies of a variant, so it is read once.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache

from newsletter.rendering.mime import InlineImage
from newsletter.rendering.readback import read_headers

_FIELD = re.compile(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*\r\n")  # with its folded lines

_PLAIN = re.compile(rb"(To|Message-ID): ([A-Za-z0-9<>@._+ -]+)\r\n")  # one line that reads as it is written

# The provider writes these itself, around the parts it is given.
_STRUCTURE = frozenset({"mime-version", "content-type", "content-transfer-encoding"})
_OWN_PLACE = frozenset({"from", "to", "reply-to", "subject", "date"})


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A name and an address."""

    address: str = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a message shows."""

    text: str
    html: str  # empty where the message is text alone
    images: tuple[InlineImage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MessageFacts:
    """One finished message, taken apart."""

    sender: Mailbox  # From
    to: Mailbox
    reply_to: Mailbox | None
    subject: str
    headers: Mapping[str, str] = field(repr=False)  # every other field, decoded; without Date and MIME's own
    body: Body


def read_message(message: bytes) -> MessageFacts:
    """Take a finished message apart. Raises ValueError for one that was not written here: a field missing or twice."""
    head, _, content = message.partition(b"\r\n\r\n")
    fields = _unique(_read_field(raw) for raw in _FIELD.findall(head + b"\r\n"))
    try:
        return MessageFacts(
            sender=_mailbox(fields["from"][1]),
            to=_mailbox(fields["to"][1]),
            reply_to=_mailbox(fields["reply-to"][1]) if "reply-to" in fields else None,
            subject=fields["subject"][1],
            headers=dict(pair for key, pair in fields.items() if key not in _STRUCTURE | _OWN_PLACE),
            body=_read_body(fields["content-type"][1], content),
        )
    except KeyError as error:
        raise ValueError(f"the message has no {error.args[0]} field") from None


def _unique(fields: Iterable[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Fields by their names in lower case, each with the name as written and its value."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in fields:
        if name.lower() in found:
            raise ValueError(f"the message has two {name} fields")
        found[name.lower()] = (name, value)
    return found


@lru_cache(maxsize=256)  # most fields are the same in all copies
def _read_field(raw: bytes) -> tuple[str, str]:
    if plain := _PLAIN.fullmatch(raw):
        return plain[1].decode(), plain[2].decode()
    (field,) = read_headers(raw + b"\r\n")
    return field


def _mailbox(value: str) -> Mailbox:
    name, _, address = value.rpartition(" <")
    return Mailbox(address=address.removesuffix(">"), name=name)


@lru_cache(maxsize=32)  # at most 8 variants of an issue, and as many of the next
def _read_body(content_type: str, content: bytes) -> Body:
    parsed = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content, policy=policy.default)
    leaves = [part for part in parsed.walk() if not part.is_multipart() and isinstance(part, EmailMessage)]
    texts = {part.get_content_subtype(): str(part.get_content()) for part in leaves if _is_text(part)}
    return Body(
        text=texts.get("plain", "").replace("\r\n", "\n"),
        html=texts.get("html", "").replace("\r\n", "\n"),
        images=tuple(_image(part) for part in leaves if not _is_text(part)),
    )


def _is_text(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "text"


def _image(part: EmailMessage) -> InlineImage:
    cid = str(part["Content-ID"]).strip().removeprefix("<").removesuffix(">")
    return InlineImage(cid=cid, media_type=part.get_content_type(), data=part.get_content())
