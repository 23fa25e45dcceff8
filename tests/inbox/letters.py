"""Mails as people and programs write them to the newsletter, made in one line."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.utils import timezone

OURS = "bulletin@example.org"


def letter(text: str, *, sender: str = "ada@cqc.example", subject: str = "Hello", **headers: str) -> bytes:
    """A plain mail; header names are written with underscores."""
    mail = EmailMessage()
    given = {
        "From": sender,
        "To": OURS,
        "Subject": subject,
        "Date": format_datetime(timezone.now()),
        "Message-ID": make_msgid(domain="cqc.example"),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def on_the_way(raw: bytes, *, to: str = OURS) -> bytes:
    """The same mail as another server hands it on: with its marks on top, in the ends of lines of the wire."""
    received = "from a by b; Thu, 1 Jan 2026 00:00:00 +0000"
    marks = f"Return-Path: <ada@cqc.example>\r\nDelivered-To: {to}\r\nReceived: {received}\r\n"
    return marks.encode() + raw.replace(b"\n", b"\r\n")
