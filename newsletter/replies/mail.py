"""What is known of an incoming mail once its bytes have been read: plain frozen values, nothing of MIME left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from newsletter.replies.mailboxes import Mailbox, read_mailboxes

Fields = Mapping[str, tuple[str, ...]]  # header names in lower case; values decoded, on one line, in their order


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A part that is not read; it is never opened either."""

    name: str
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A mail inside a mail: what a bounce gives back, or what somebody forwards as an attachment."""

    fields: Fields
    text: str = ""
    headers_only: bool = False  # text/rfc822-headers


@dataclass(frozen=True, kw_only=True)
class IncomingMail:
    """One message that arrived at the newsletter's address."""

    size: int  # bytes
    fields: Fields = field(default_factory=dict)
    text: str = ""  # the words of its body, lines ending in \n; quotations of HTML bear "> "
    html_only: bool = False  # the words were taken from HTML
    attachments: tuple[Attachment, ...] = ()
    content_type: str = "text/plain"
    report_type: str = ""  # of a multipart/report: delivery-status, feedback-report, disposition-notification
    status_groups: tuple[Fields, ...] = ()  # RFC 3464: the message's own group, then one for each recipient
    feedback: Fields | None = None  # RFC 5965
    disposition: Fields | None = None  # RFC 8098
    calendar_method: str = ""  # RFC 6047: REPLY, REQUEST …
    enclosed: tuple[Enclosed, ...] = ()
    problem: str = ""  # why it was not read; all else may be missing then

    def first(self, name: str) -> str:
        """The first header of this name, empty where there is none."""
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> str:
        """All headers of this name in one line."""
        return ", ".join(self.fields.get(name, ()))

    @cached_property
    def sender(self) -> Mailbox | None:
        """Who wrote it, as From says, which proves nothing."""
        return next(iter(read_mailboxes(self.all("from"))), None)

    @cached_property
    def reply_to(self) -> tuple[Mailbox, ...]:
        """Where answers are asked for."""
        return read_mailboxes(self.all("reply-to"))

    @cached_property
    def recipients(self) -> tuple[Mailbox, ...]:
        """Whom it was written to, To and Cc."""
        return read_mailboxes(self.all("to")) + read_mailboxes(self.all("cc"))

    @property
    def subject(self) -> str:
        """Its subject."""
        return self.first("subject")

    @property
    def null_sender(self) -> bool:
        """The envelope had no sender: only machines do that (RFC 5321 section 4.5.5)."""
        return "return-path" in self.fields and self.first("return-path").strip() in ("<>", "")
