"""The finished bytes of a short mail of our own: marked as written by a program, and read back before it leaves."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from newsletter.rendering.headers import clean, encode_address, encode_unstructured, encode_verbatim, needs_smtputf8
from newsletter.rendering.mime import InlineImage, encode_body
from newsletter.rendering.personal import ONE_CLICK, PersonalFields, Recipient
from newsletter.rendering.readback import verify_message
from newsletter.rendering.theme import Publication

if TYPE_CHECKING:
    from newsletter.rendering.dkim import Signer


@dataclass(frozen=True, kw_only=True)
class LetterMessage:
    """One short mail with all that stands in its header."""

    publication: Publication
    recipient: Recipient
    subject: str
    html: str
    text: str
    language: str  # BCP 47
    message_id: str
    date: datetime  # aware; the same in every attempt
    answers: str = ""  # Message-ID of the mail it answers; empty where it answers none
    images: tuple[InlineImage, ...] = ()
    is_personal: bool = False  # a person wrote it: then it is not marked as a program's
    unsubscribe_token: str = ""  # for a whole issue, which is left with one press as any other

    def build(self, signer: "Signer | None" = None) -> bytes:
        """The bytes. Raises UnsafeHeaderError if a value would break the header."""
        body = encode_body(self.html, self.text, self.images)
        who = self.publication
        shared = "".join(
            (
                encode_verbatim("Date", format_datetime(self.date)),
                encode_address("From", who.sender_name, who.from_address),
                encode_address("Reply-To", "", who.reply_address),
                encode_unstructured("Subject", self.subject),
                encode_verbatim("Content-Language", self.language),
                encode_verbatim("MIME-Version", "1.0"),
                encode_verbatim("Content-Type", body.content_type),
            )
        ).encode("ascii")
        own = self._own()
        marks = "".join(encode_verbatim(name, value) for name, value in self._marks().items()).encode("ascii")
        seal = signer.seal(shared, body.content) if signer else None
        expected = self._expected(body.content_type) | ({"DKIM-Signature": seal.head} if seal else {})
        message = b"".join((seal.field(own) if seal else b"", shared, own, marks, b"\r\n", body.content))
        verify_message(message, expected, smtputf8=needs_smtputf8(self.recipient.address))
        return message

    def _own(self) -> bytes:
        if self.unsubscribe_token:
            return PersonalFields(self.publication).block(self.recipient, self.message_id, self.unsubscribe_token)
        to = encode_address("To", self.recipient.name, self.recipient.address, smtputf8=True)
        return to.encode() + encode_verbatim("Message-ID", self.message_id).encode("ascii")

    def _marks(self) -> dict[str, str]:
        """RFC 3834 section 5; the second is what Exchange listens to."""
        program = {
            "Auto-Submitted": "auto-replied" if self.answers else "auto-generated",
            "X-Auto-Response-Suppress": "All",
        }
        marks = {} if self.is_personal else program
        return marks | ({"In-Reply-To": self.answers, "References": self.answers} if self.answers else {})

    def _expected(self, content_type: str) -> dict[str, str]:
        who, to = self.publication, self.recipient
        return {
            "Date": format_datetime(self.date),
            "From": _shown(who.sender_name, who.from_address),
            "Reply-To": who.reply_address,
            "Subject": clean("Subject", self.subject),
            "Content-Language": self.language,
            "MIME-Version": "1.0",
            "Content-Type": content_type,
            "To": _shown(to.name, to.address),
            "Message-ID": self.message_id,
            **self._way_out(),
            **self._marks(),
        }

    def _way_out(self) -> dict[str, str]:
        token, fields = self.unsubscribe_token, PersonalFields(self.publication)
        if not token:
            return {}
        one_click = {"List-Unsubscribe-Post": ONE_CLICK} if fields.offers_one_click(token) else {}
        return {"List-Unsubscribe": fields.unsubscribe(token), **one_click}


def _shown(name: str, address: str) -> str:
    name = clean("name", name)
    return f"{name} <{address}>" if name else address
