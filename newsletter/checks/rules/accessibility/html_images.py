"""Pictures in the mail that say something when they are not shown, and that Outlook sizes rightly."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at every picture of every variant."""
    for document in context.documents:
        for image in document.iter("img"):
            name = (image.get("src") or "")[:60]
            if image.get("alt") is None:
                yield Fault(message=f"the picture {name} has no alt attribute")
            if not (image.get("width") or "").isdecimal():
                message = f"the picture {name} has width='{image.get('width') or ''}', and Outlook needs a bare number"
                yield Fault(message=message, severity=Severity.WARNS)


RULE = Rule(
    id="html-images",
    title="Pictures without words or width",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.1.1; without a width attribute Outlook on Windows shows a picture in its full pixels.",
    remedy="Write alt and a width in CSS pixels, without px, in the section's template.",
    look=look,
    needs=("mails",),
)
