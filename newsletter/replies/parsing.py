"""Bytes to an IncomingMail. It never raises: what can't or must not be read comes back with a `problem`.

The standard library's `compat32` policy is used, since `email.policy.default` raises on mail that Exchange sends and
takes seconds for one long header; structured headers are read by our own linear code.
"""

import re
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message

from newsletter.replies.fields import fields_of
from newsletter.replies.limits import Limits
from newsletter.replies.mail import IncomingMail
from newsletter.replies.parts import Parts

_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n|\r\r|\A\r?\n")
_MBOX_LINE = re.compile(rb"\A(?:>?From [^\n]*\n)+")
_NESTING = (b"multipart/", b"message/rfc822", b"message/global")


def parse(raw: bytes, limits: Limits | None = None) -> IncomingMail:
    """Read one message. Never raises; `problem` says why a message was not read."""
    limits = limits or Limits()
    try:
        problem = _refused(raw, limits)
        return IncomingMail(size=len(raw), problem=problem) if problem else _parsed(raw, limits)
    except (MessageError, RecursionError, MemoryError, ValueError, LookupError, TypeError, AttributeError) as error:
        # The standard library's parser has raised each of these on real or made mail.
        return IncomingMail(size=len(raw), problem=f"it is not built as a mail is ({type(error).__name__})")


def _refused(raw: bytes, limits: Limits) -> str:
    if not raw.strip():
        return "it is empty"
    if len(raw) > limits.message_bytes:
        return f"it is larger than {limits.message_bytes // 2**20} MB"
    end = _END_OF_HEADERS.search(raw[: limits.header_bytes + 4])
    if end is None and len(raw) > limits.header_bytes:
        return f"its header is longer than {limits.header_bytes // 2**10} KB"
    lower = raw[: limits.parsed_bytes].lower()
    if sum(map(lower.count, _NESTING)) > limits.multiparts:
        return f"it holds more than {limits.multiparts} mails or groups of parts, one in another"
    return ""


def _parsed(raw: bytes, limits: Limits) -> IncomingMail:
    message = _message(_MBOX_LINE.sub(b"", raw[: limits.parsed_bytes].lstrip(b"\xef\xbb\xbf\r\n"), count=1))
    parts = Parts(limits)
    parts.read(message)
    return IncomingMail(
        size=len(raw),
        fields=fields_of(message),
        text=parts.text,
        html_only=parts.html_only,
        attachments=tuple(parts.attachments),
        content_type=message.get_content_type(),
        report_type=parts.report_type,
        status_groups=tuple(parts.status_groups),
        feedback=parts.feedback,
        disposition=parts.disposition,
        calendar_method=parts.calendar_method,
        enclosed=tuple(parts.enclosed),
        problem=parts.problem,
    )


def _message(raw: bytes) -> "Message[str, str]":
    """The parser takes every line of a body in its hands; of one part alone the body is what follows the header."""
    end = _END_OF_HEADERS.search(raw)
    if end:
        message = message_from_bytes(raw[: end.end()])
        if message.get_content_maintype() not in ("multipart", "message") and not message.get_payload():
            message.set_payload(raw[end.end() :].decode("ascii", "surrogateescape"))
            return message
    return message_from_bytes(raw)
