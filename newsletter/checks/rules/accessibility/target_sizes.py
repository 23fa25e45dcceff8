"""Links too small and too near to one another to be touched."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Pass on what the browser measured, each once."""
    for page in context.pages or ():
        for blot in page.small:
            yield Fault(message=f"'{blot.words}' is {blot.detail} at {page.width} px")


RULE = Rule(
    id="target-sizes",
    title="Targets too small for a finger",
    severity=Severity.WARNS,
    looks_at=Sight.PAGE,
    why="WCAG 2.2 SC 2.5.8: targets of 24 by 24 CSS pixels, or as much room around them.",
    remedy="Give the link more padding or line height.",
    look=look,
    needs=("pages",),
)
