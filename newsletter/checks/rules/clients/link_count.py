"""More links than anybody follows."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_MOST = 80


def look(context: CheckContext) -> Iterator[Fault]:
    """Count the links of the largest variant that leave the mail."""
    most = max(
        (sum("://" in (a.get("href") or "") for a in document.iter("a")) for document in context.documents), default=0
    )
    if most > _MOST:
        yield Fault(message=f"the mail has {most} links")


RULE = Rule(
    id="link-count",
    title="Many links",
    severity=Severity.NOTES,
    looks_at=Sight.HTML,
    why="Screen reader users go through them all; filters and link scanners open each one.",
    remedy="Leave some of them to the web edition with only: web.",
    look=look,
    needs=("mails",),
)
