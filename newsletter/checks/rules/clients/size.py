"""A mail that Gmail shows whole, with its styles."""

from collections.abc import Iterator

from lxml.etree import _Element

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

LARGE, TOO_LARGE = 90_000, 100_000  # bytes of the decoded HTML; Gmail cuts at about 102,000
MOST_STYLE = 16_000  # bytes of all style elements; Gmail drops them beyond 16 KB


def look(context: CheckContext) -> Iterator[Fault]:
    """Weigh the largest variant, and the largest head."""
    html = max((len(mail.html.encode()) for mail in context.mails or ()), default=0)
    if html > LARGE:
        severity = Severity.BLOCKS if html > TOO_LARGE else Severity.WARNS
        yield Fault(message=f"the mail has {html:,} bytes; Gmail cuts off what goes beyond 102,000", severity=severity)
    style = max(map(_style_bytes, context.documents), default=0)
    if style > MOST_STYLE:
        message = f"the styles in the head have {style:,} bytes; Gmail drops them all beyond {MOST_STYLE:,}"
        yield Fault(message=message, severity=Severity.BLOCKS, remedy="Move rules to inline.css.j2 or take some out.")


def _style_bytes(document: _Element) -> int:
    return sum(len((style.text or "").encode()) for style in document.iter("style"))


RULE = Rule(
    id="size",
    title="Mails that Gmail cuts off",
    severity=Severity.WARNS,
    looks_at=Sight.HTML,
    why="Gmail shows about the first 102 KB of the decoded HTML, and no style element where the styles exceed 16 KB.",
    remedy="Shorten texts, or leave whole pieces to the web edition with only: web.",
    look=look,
    needs=("mails",),
)
