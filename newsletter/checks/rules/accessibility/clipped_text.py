"""Texts that do not fit into their box."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Pass on what the browser measured, each once."""
    for page in context.pages or ():
        for blot in page.clipped:
            yield Fault(message=f"'{blot.words}' {blot.detail} at {page.width} px")


RULE = Rule(
    id="clipped-text",
    title="Texts cut off",
    severity=Severity.BLOCKS,
    looks_at=Sight.PAGE,
    why="WCAG 2.2 SC 1.4.4 and 1.4.12: words that do not fit their box are lost.",
    remedy="Take the fixed height or overflow: hidden out of the template.",
    look=look,
    needs=("pages",),
)
