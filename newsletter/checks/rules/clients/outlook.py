"""Conditional comments out of balance, grounds without VML, and widths that Outlook cannot use."""

import re
from collections.abc import Iterator

from lxml.etree import Comment

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_OPEN = re.compile(r"<!--\[if [^\]]*\]>")
_CLOSE = re.compile(r"<!\[endif\]-->")
_BACKGROUND = re.compile(r"background(?:-image)?\s*:[^;\"]*url\(", re.IGNORECASE)
_GHOST = re.compile(r"<table\b[^>]*\bwidth=\"(\d+)\"", re.IGNORECASE)


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at the raw HTML, for what Outlook reads stands in comments."""
    width = context.theme.width if context.theme else 0
    for mail, document in zip(context.mails or (), context.documents, strict=True):
        opened, closed = len(_OPEN.findall(mail.html)), len(_CLOSE.findall(mail.html))
        if opened != closed:
            yield Fault(message=f"{opened} conditional comments are opened and {closed} closed")
        if _BACKGROUND.search(mail.html) and "<v:" not in mail.html:
            yield Fault(message="a picture behind a text has no VML, so Outlook shows none", severity=Severity.WARNS)
        comments = "\n".join(comment.text or "" for comment in document.iter(Comment))
        yield from _unbalanced(comments)
        for found in _GHOST.findall(comments) if width else ():
            if int(found) > width:
                yield Fault(message=f"a table for Outlook is {found} px wide, and the mail {width}")
        for image in document.iter("img"):
            wide = image.get("width") or ""
            if width and wide.isdecimal() and int(wide) > width:
                message = (
                    f"the picture {(image.get('src') or '')[:60]} is {wide} px wide for Outlook, and the mail {width}"
                )
                yield Fault(message=message, severity=Severity.WARNS)


def _unbalanced(comments: str) -> Iterator[Fault]:
    """What one comment opens for Outlook another closes."""
    for tag in ("table", "tr", "td"):
        opened, closed = len(re.findall(rf"<{tag}\b", comments)), comments.count(f"</{tag}>")
        if opened != closed:
            yield Fault(message=f"for Outlook, {opened} <{tag}> are opened and {closed} closed")


RULE = Rule(
    id="outlook",
    title="What Outlook on Windows breaks",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="Outlook on Windows draws with Word: it reads conditional comments and VML, and no CSS ground or max-width.",
    remedy="Mend the template, or use MJML's own elements, which write both.",
    look=look,
    needs=("mails",),
)
