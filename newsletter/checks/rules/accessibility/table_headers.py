"""Tables of data whose header cells say nothing, or do not say what they head."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at the header cells of every table of data."""
    for document in context.documents:
        for cell in document.iter("th"):
            table = next(cell.iterancestors("table"), None)
            words = " ".join("".join(map(str, cell.itertext())).split())
            first = " ".join("".join(map(str, table.itertext())).split())[:40] if table is not None else ""
            # The corner above row headers may be empty.
            if not words and cell.getprevious() is not None:
                yield Fault(message=f"a header of the table '{first}' is empty")
            if cell.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
                message = f"the header '{words}' does not say whether it heads a row or a column"
                yield Fault(message=message, severity=Severity.WARNS, remedy="Write scope='col' or scope='row'.")


RULE = Rule(
    id="table-headers",
    title="Tables of data without headers",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.3.1, technique H63: a screen reader says the header before each cell.",
    remedy="Give each column a heading.",
    look=look,
    needs=("mails",),
)
