"""Texts that are too faint as a browser draws them, by day, by night and in forced dark."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Pass on what the browser measured, each once."""
    for page in context.pages or ():
        for blot in page.faint:
            yield Fault(message=f"'{blot.words}' {blot.detail} in {page.look}")


RULE = Rule(
    id="rendered-contrast",
    title="Texts too faint as shown",
    severity=Severity.BLOCKS,
    looks_at=Sight.PAGE,
    why="WCAG 2.2 SC 1.4.3, measured by axe-core in Chromium on the page as it is drawn.",
    remedy="Choose another colour in the theme, or mend inline.css.j2 or head.css.j2.",
    look=look,
    needs=("pages",),
)
