"""The parts of a MIME message, sorted: words to read, reports of machines, mails inside, and what is left shut."""

import re
from collections.abc import Iterator
from email.message import Message
from itertools import islice
from typing import TypeAlias

from newsletter.replies.charsets import decode_header_value, decode_text
from newsletter.replies.fields import fields_of, groups_in
from newsletter.replies.html_text import html_to_text
from newsletter.replies.limits import Limits
from newsletter.replies.mail import Attachment, Enclosed, Fields

_Part: TypeAlias = "Message[str, str]"
_STATUS = ("message/delivery-status", "message/global-delivery-status")
_HEADERS = ("text/rfc822-headers", "message/global-headers")
_MAILS = ("message/rfc822", "message/global", "message/news")
_METHOD = re.compile(r"^METHOD:(\w+)", re.MULTILINE | re.IGNORECASE)


class Parts:
    """Reads a message's parts in one walk."""

    def __init__(self, limits: Limits) -> None:
        """Take the bounds."""
        self.attachments: list[Attachment] = []
        self.enclosed: list[Enclosed] = []
        self.status_groups: list[Fields] = []
        self.feedback: Fields | None = None
        self.disposition: Fields | None = None
        self.calendar_method = ""
        self.report_type = ""
        self.problem = ""
        self._limits = limits
        self._plain: list[str] = []
        self._html: list[str] = []

    @property
    def html_only(self) -> bool:
        """No plain words came with it."""
        return bool(self._html) and not any(text.strip() for text in self._plain)

    @property
    def text(self) -> str:
        """The words of the body."""
        if self.html_only:
            return "\n".join(map(html_to_text, self._html))[: self._limits.body_characters]
        return "\n".join(self._plain)[: self._limits.body_characters]

    def read(self, message: _Part) -> None:
        """Sort every part."""
        for count, part in enumerate(_walk(message, self._limits.depth)):
            if count >= self._limits.parts:
                return
            if sum(len(name) + len(value) for name, value in part.raw_items()) > self._limits.header_bytes:
                self.problem = f"the header of a part is longer than {self._limits.header_bytes // 2**10} KB"
                return
            self._sort(part)

    def _sort(self, part: _Part) -> None:
        kind = part.get_content_type()
        if kind in _STATUS:
            self.status_groups.extend(islice(_groups(part), self._limits.recipients))
        elif kind == "message/feedback-report":
            self.feedback = _merged(part)
        elif kind == "message/disposition-notification":
            self.disposition = _merged(part)
        elif kind in _HEADERS:
            fields = next(groups_in(_text(part)), None)
            self.enclosed.append(Enclosed(fields=fields or {}, headers_only=True))
        elif kind in _MAILS:
            self._enclose(part)
        elif part.is_multipart():
            self.report_type = self.report_type or _parameter(part, "report-type")
        elif part.get_content_maintype() == "multipart":  # its boundary was lost
            self._plain.append(_text(part))
        else:
            self._leaf(part, kind)

    def _leaf(self, part: _Part, kind: str) -> None:
        if kind == "text/calendar":
            found = _METHOD.search(_text(part)[:10_000])
            self.calendar_method = (_parameter(part, "method") or (found[1] if found else "")).upper()
        elif kind == "text/plain" and part.get_content_disposition() != "attachment":
            self._plain.append(_text(part))
        elif kind == "text/html" and part.get_content_disposition() != "attachment":
            self._html.append(_text(part)[: self._limits.html_characters])
        else:
            name = decode_header_value(str(part.get_filename() or ""))[:200]
            self.attachments.append(Attachment(name=name, content_type=kind))

    def _enclose(self, part: _Part) -> None:
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            parts = Parts(self._limits)
            parts.read(inner[0])
            self.enclosed.append(Enclosed(fields=fields_of(inner[0]), text=parts.text))
        else:  # a transfer encoding hides it from the parser, against RFC 2046 section 5.2.1
            text = _text(part)
            fields = next(groups_in(text), None)
            self.enclosed.append(Enclosed(fields=fields or {}, text=text.partition("\n\n")[2]))


def _walk(part: _Part, depth: int) -> Iterator[_Part]:
    """The part and those in it; mails inside are left whole."""
    yield part
    inner = part.get_payload()
    if depth and part.get_content_maintype() == "multipart" and isinstance(inner, list):
        for child in inner:
            if isinstance(child, Message):
                yield from _walk(child, depth - 1)


def _text(part: _Part) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    return decode_text(data, str(part.get_param("charset") or ""))


def _groups(part: _Part) -> Iterator[Fields]:
    inner = part.get_payload()
    if isinstance(inner, list):
        yield from (
            fields for fields in map(fields_of, (each for each in inner if isinstance(each, Message))) if fields
        )
    else:
        yield from groups_in(_text(part))


def _merged(part: _Part) -> Fields:
    """All fields of a report; some systems put blank lines between them."""
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        first = inner[0]
        body = first.get_payload()
        groups = [fields_of(first), *(groups_in(body) if isinstance(body, str) else ())]
    else:
        groups = list(groups_in(_text(part)))
    return {name: values for group in reversed(groups) for name, values in group.items()}


def _parameter(part: _Part, name: str) -> str:
    return str(part.get_param(name) or "").lower()
