"""The header fields that each copy has of its own: To, Message-ID and the way to unsubscribe.

Nearly all names and addresses are plain, and for those the block is one f-string, which one pattern then proves to be
exactly the fields that were meant. Everything else takes the encoder, field by field; both give the same bytes.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

from newsletter.rendering.headers import LINE, encode_address, encode_verbatim
from newsletter.rendering.theme import Publication

ONE_CLICK = "List-Unsubscribe=One-Click"

_PLACE = "x" * 48  # as long as a token is: where List-Unsubscribe breaks does not depend on its letters

_NAME = r"[A-Za-z0-9'_-]+(?: [A-Za-z0-9'_-]+)*"  # no dot, which asks for quotes, and nothing of an encoded-word
_ATOM = r"[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+"
_DOMAIN = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{_DOMAIN}"
_PLAIN = re.compile(
    rf"(?=.{{1,{LINE}}}\r\n)To: (?:{_NAME} <{_ADDRESS}>|{_ADDRESS})\r\nMessage-ID: <[A-Za-z0-9._-]+@{_DOMAIN}>\r\n"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Whom a copy is for."""

    address: str  # an international domain in its IDNA form; letters beyond ASCII before the @ need SMTPUTF8
    name: str = ""


class PersonalFields:
    """Writes the fields of one publication's copies."""

    def __init__(self, publication: Publication) -> None:
        """Write once what surrounds the token."""
        self._reply_address = quote(publication.reply_address, safe="@")
        self._base = publication.base_url or ""
        self._around = self._list_fields(_PLACE).split(_PLACE)

    def block(self, recipient: Recipient, message_id: str, token: str | None) -> bytes:
        """The whole block in CRLF. Raises UnsafeHeaderError if a value would break it."""
        whom = f"{recipient.name} <{recipient.address}>" if recipient.name else recipient.address
        block = f"To: {whom}\r\nMessage-ID: {message_id}\r\n"
        if _PLAIN.fullmatch(block) is None:
            block = encode_address("To", recipient.name, recipient.address, smtputf8=True)
            block += encode_verbatim("Message-ID", message_id)
        return (block + self._personal_list_fields(token)).encode()

    def unsubscribe(self, token: str | None) -> str:
        """The value of List-Unsubscribe: our page where there is one, then a mail to us (RFC 2369)."""
        words = f"unsubscribe {token}" if token else "unsubscribe"
        by_mail = f"<mailto:{self._reply_address}?subject={quote(words)}>"
        return f"<{self._base}/u/{quote(token)}>, {by_mail}" if self._base and token else by_mail

    def offers_one_click(self, token: str | None) -> bool:
        """RFC 8058 asks for https; and without a token there is nobody to take off."""
        return bool(token) and self._base.startswith("https://")

    def _personal_list_fields(self, token: str | None) -> str:
        if token and len(token) == len(_PLACE) and token.isascii() and token.isalnum():
            return token.join(self._around)
        return self._list_fields(token)

    def _list_fields(self, token: str | None) -> str:
        fields = encode_verbatim("List-Unsubscribe", self.unsubscribe(token))
        return fields + encode_verbatim("List-Unsubscribe-Post", ONE_CLICK) if self.offers_one_click(token) else fields
