"""The finished message: a body encoded once for each variant, and a header block for each recipient.

Only To, Message-ID and List-Unsubscribe differ between copies, so a copy costs a few short strings and a join; with
DKIM also a signature, over hashes that were begun once for the variant.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from typing import TYPE_CHECKING

from newsletter.errors import UnsafeHeaderError
from newsletter.rendering.headers import (
    clean,
    encode_address,
    encode_list_id,
    encode_unstructured,
    encode_verbatim,
    needs_smtputf8,
)
from newsletter.rendering.mime import EncodedBody, InlineImage, encode_body
from newsletter.rendering.personal import ONE_CLICK, PersonalFields, Recipient
from newsletter.rendering.readback import verify_message, verify_wire
from newsletter.rendering.theme import Publication

if TYPE_CHECKING:
    from newsletter.rendering.dkim import Seal, Signer  # who does not sign need not load cryptography

__all__ = [
    "EncodedBody",
    "InlineImage",
    "MessageParts",
    "Recipient",
    "build_message",
    "encode_body",
    "make_message_id",
    "verify_message",
]

_ID_PART = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class MessageParts:
    """What all copies of one variant share; each copy then costs `build`, which only writes a few header fields."""

    publication: Publication
    subject: str
    body: EncodedBody
    date: datetime  # fixed when sending starts, aware; every attempt carries the same
    feedback_id: str  # Feedback-ID of the mailing, by which Gmail reports complaints
    language: str  # BCP 47
    is_test: bool = False  # a test copy says so in the subject and nowhere else
    signer: "Signer | None" = None  # without one the relay signs

    def build(self, *, recipient: Recipient, message_id: str, unsubscribe_token: str | None) -> bytes:
        """One finished copy. Raises UnsafeHeaderError if a value would break the header."""
        own = self._personal.block(recipient, message_id, unsubscribe_token)
        signature = self._seal.field(own) if self._seal else b""
        return b"".join((signature, self._shared, own, self._rest))

    def check(self, message: bytes, *, recipient: Recipient, message_id: str, unsubscribe_token: str | None) -> None:
        """Read a finished copy back and compare it with what was meant. Raises UnsafeHeaderError.

        The bytes below the header are looked through once, and from then on known by comparing them.
        """
        header = message.removesuffix(self._sound_rest)
        if len(header) == len(message):
            raise UnsafeHeaderError("The finished message has another body than was meant.")
        expected = self.expected(recipient=recipient, message_id=message_id, unsubscribe_token=unsubscribe_token)
        verify_message(header + b"\r\n", expected, smtputf8=needs_smtputf8(recipient.address))

    def expected(self, *, recipient: Recipient, message_id: str, unsubscribe_token: str | None) -> dict[str, str]:
        """Every field and its decoded value that the copy must have: what `verify_message` compares with."""
        who = self.publication
        fields = {
            "Date": format_datetime(self.date),
            "From": _shown("From", who.sender_name, who.from_address),
            "Reply-To": who.reply_address,
            "To": _shown("To", recipient.name, recipient.address),
            "Subject": clean("Subject", self._subject),
            "Message-ID": message_id,
            "List-Id": _shown("List-Id", who.name, who.list_id),
            "List-Unsubscribe": self._personal.unsubscribe(unsubscribe_token),
            "Feedback-ID": self.feedback_id,
            "Content-Language": self.language,
            "MIME-Version": "1.0",
            "Content-Type": self.body.content_type,
        }
        if self._personal.offers_one_click(unsubscribe_token):
            fields["List-Unsubscribe-Post"] = ONE_CLICK
        return fields | ({"DKIM-Signature": self._seal.head} if self._seal else {})

    @cached_property
    def _personal(self) -> PersonalFields:
        return PersonalFields(self.publication)

    @cached_property
    def _seal(self) -> "Seal | None":
        return self.signer.seal(self._shared, self.body.content) if self.signer else None

    @cached_property
    def _rest(self) -> bytes:
        return b"\r\n" + self.body.content

    @cached_property
    def _sound_rest(self) -> bytes:
        verify_wire(self._rest)
        return self._rest

    @cached_property
    def _shared(self) -> bytes:
        if self.date.tzinfo is None:
            raise ValueError("the date of a message needs its time zone")
        who = self.publication
        return "".join(
            (
                encode_verbatim("Date", format_datetime(self.date)),
                encode_address("From", who.sender_name, who.from_address),
                encode_address("Reply-To", "", who.reply_address),
                encode_unstructured("Subject", self._subject),
                encode_list_id("List-Id", who.name, who.list_id),
                encode_verbatim("Feedback-ID", self.feedback_id),
                encode_verbatim("Content-Language", self.language),
                encode_verbatim("MIME-Version", "1.0"),
                encode_verbatim("Content-Type", self.body.content_type),
            )
        ).encode("ascii")

    @property
    def _subject(self) -> str:
        return f"[TEST] {self.subject}" if self.is_test else self.subject


def build_message(
    *,
    html: str,
    text: str,
    subject: str,
    inline_images: Sequence[InlineImage],
    publication: Publication,
    recipient: Recipient,
    message_id: str,
    date: datetime,
    unsubscribe_token: str | None,
    feedback_id: str,
    language: str,
    is_test: bool = False,
    signer: "Signer | None" = None,
) -> bytes:
    """One message, built from scratch and verified. A mailing makes `MessageParts` once for each variant instead."""
    parts = MessageParts(
        publication=publication,
        subject=subject,
        body=encode_body(html, text, inline_images),
        date=date,
        feedback_id=feedback_id,
        language=language,
        is_test=is_test,
        signer=signer,
    )
    message = parts.build(recipient=recipient, message_id=message_id, unsubscribe_token=unsubscribe_token)
    parts.check(message, recipient=recipient, message_id=message_id, unsubscribe_token=unsubscribe_token)
    return message


def make_message_id(mailing: str, delivery: str, domain: str) -> str:
    """`<mailing.delivery@domain>`: unique by its parts, the same for every attempt. Raises UnsafeHeaderError."""
    if not (_ID_PART.fullmatch(mailing) and _ID_PART.fullmatch(delivery) and re.fullmatch(r"[A-Za-z0-9.-]+", domain)):
        raise UnsafeHeaderError("A Message-ID is made of letters, digits and hyphens, at a plain domain.")
    return f"<{mailing}.{delivery}@{domain}>"


def _shown(name: str, display_name: str, address: str) -> str:
    display_name = clean(name, display_name)
    return f"{display_name} <{address}>" if display_name else address
