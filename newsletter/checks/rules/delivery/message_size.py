"""Messages that gateways hold or refuse for their size."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_LARGE, _TOO_LARGE = 2_000_000, 10_000_000  # bytes as mailed


def look(context: CheckContext) -> Iterator[Fault]:
    """Weigh the largest copy."""
    size = max(map(len, context.messages or ()), default=0)
    if size > _LARGE:
        severity = Severity.BLOCKS if size > _TOO_LARGE else None
        yield Fault(message=f"a copy has {size / 1e6:.1f} MB", severity=severity)


RULE = Rule(
    id="message-size",
    title="Heavy messages",
    severity=Severity.WARNS,
    looks_at=Sight.MESSAGE,
    why="Many mail systems refuse beyond 10 MB (RFC 1870), and every reader's copy is stored apart.",
    remedy="Make pictures smaller, or set base_url so that they stay on the server.",
    look=look,
    needs=("messages",),
)
