"""Layout tables that screen readers pass over, and data tables that they do not."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at every table of every variant."""
    for document in context.documents:
        for table in document.iter("table"):
            headed = table.find("./thead//th") is not None or table.find("./tbody/tr/th") is not None
            headed = headed or table.find("./tr/th") is not None
            layout = table.get("role") in ("presentation", "none")
            words = " ".join("".join(map(str, table.itertext())).split())[:60]
            if headed and layout:
                yield Fault(message=f"the table '{words}' has headers and is marked as mere layout")
            elif not headed and not layout:
                yield Fault(message=f"the table '{words}' has neither headers nor role='presentation'")


RULE = Rule(
    id="html-tables",
    title="Tables and their roles",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.3.1: a screen reader announces rows and columns of every table that is not marked as layout.",
    remedy="Write role='presentation' on layout tables, and th in tables of data.",
    look=look,
    needs=("mails",),
)
