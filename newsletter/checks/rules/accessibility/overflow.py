"""Mails that must be scrolled sideways on a phone of 320 pixels."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Pass on what the browser measured."""
    for page in context.pages or ():
        if page.overflow:
            yield Fault(message=f"at {page.width} px the mail is {page.overflow} px too wide ({page.look})")


RULE = Rule(
    id="overflow",
    title="Mails wider than a phone",
    severity=Severity.BLOCKS,
    looks_at=Sight.PAGE,
    why="WCAG 2.2 SC 1.4.4 and 1.4.10: nothing scrolls in two directions at 320 CSS pixels, or 640 at 200 %.",
    remedy="Shorten the word or address that is too long, or let it break.",
    look=look,
    needs=("pages",),
)
