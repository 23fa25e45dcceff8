"""An issue to pass on: as everybody may read it, in a mail that holds nothing of one reader's, proved each time."""

from email.utils import format_datetime

from newsletter.errors import ConflictError
from newsletter.rendering.forwardable import traces
from newsletter.rendering.headers import encode_address, encode_unstructured, encode_verbatim
from newsletter.rendering.mime import encode_body
from newsletter.services.archive import Published, Version, edition_of
from newsletter.workspace import Workspace


def clean_copy(workspace: Workspace, issue: Published, version: Version) -> bytes:
    """The mail, the same bytes for everybody. Raises ConflictError where something personal stands in it after all."""
    edition = edition_of(workspace, issue)
    variant = edition.variant(version.key)
    body = encode_body(variant.html, variant.text, edition.inline_images(variant))
    who = workspace.publication
    head = "".join(
        (
            encode_verbatim("Date", format_datetime(issue.sent_at)),
            encode_address("From", who.sender_name, who.from_address),
            encode_address("Reply-To", "", who.reply_address),
            encode_unstructured("Subject", variant.subject),
            encode_verbatim("Message-ID", f"<share.{issue.edition[:16]}.{version.language}@{who.list_id}>"),
            encode_verbatim("Content-Language", version.language),
            encode_verbatim("MIME-Version", "1.0"),
            encode_verbatim("Content-Type", body.content_type),
        )
    )
    message = head.encode("ascii") + b"\r\n" + body.content
    if found := traces(message):
        raise ConflictError(f"The issue {issue.issue_id} can't be passed on: {found[0]}.")
    return message
