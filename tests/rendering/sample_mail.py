"""The mail that tests of messages, of signatures and of the slow witness start from."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

from newsletter.rendering.dkim import Signer
from newsletter.rendering.message import InlineImage, MessageParts, encode_body
from newsletter.rendering.theme import Publication

WHEN = datetime(2025, 11, 28, 10, 0, tzinfo=UTC)
PUBLICATION = Publication(
    name="Monthly Bulletin",
    organisation="Invented Office",
    from_name="Bulletin Team",
    from_address="bulletin@office.example",
    reply_to="replies@office.example",
    list_id="bulletin.office.example",
    base_url="https://bulletin.office.example",
)
TOKEN = "ab2cd3ef" * 6
MESSAGE_ID = "<m1.d1@office.example>"
FEEDBACK_ID = "m1:en:bulletin:office"
PIXEL = InlineImage(cid="chart.1@office.example", media_type="image/png", data=bytes(range(256)) * 3)


def parts(signer: Signer | None = None, **changes: object) -> MessageParts:
    """What all copies of a mail share."""
    facts: dict = {
        "publication": PUBLICATION,
        "subject": "November",
        "body": encode_body("<p>Hello ≠</p>\n" * 50, "Hello\n\n\n"),
        "date": WHEN,
        "feedback_id": FEEDBACK_ID,
        "language": "en",
    }
    return MessageParts(signer=signer, **facts | changes)


def parse(message: bytes) -> EmailMessage:
    """The mail as Python's own parser reads it."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed
