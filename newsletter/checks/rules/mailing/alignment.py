"""A domain whose DNS does not vouch for what is sent in its name."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Pass on what the DNS said."""
    for problem in context.domain.problems if context.domain else ():
        yield Fault(message=problem)
    for problem in context.domain.unclear if context.domain else ():
        yield Fault(message=problem, severity=Severity.NOTES)


RULE = Rule(
    id="alignment",
    title="The sender's domain",
    severity=Severity.WARNS,
    looks_at=Sight.NETWORK,
    why="RFC 7208, RFC 6376 and RFC 7489; Gmail, Yahoo and Microsoft refuse lists whose domain does not agree.",
    remedy="Run `newsletter doctor`, which says which record to write.",
    look=look,
    needs=("domain",),
)
