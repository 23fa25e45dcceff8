"""What SpamAssassin says of each variant, with its reasons."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_UNEASY = 2.0  # points; receivers add some of their own for the server that sends
_TOLD = 0.5  # points from which a single reason is told


def look(context: CheckContext) -> Iterator[Fault]:
    """Tell the score where it is high, and each weighty reason once."""
    for fact in context.spam or ():
        if fact.score >= _UNEASY:
            severity = Severity.BLOCKS if fact.score >= fact.required else None
            message = f"SpamAssassin gives {fact.score:g} points, and calls a mail spam from {fact.required:g}"
            yield Fault(message=message, severity=severity)
        for reason in fact.rules:
            if reason.points >= _TOLD:
                message = f"{reason.points:g} points for {reason.name}: {reason.says}"
                yield Fault(message=message, severity=Severity.NOTES)


RULE = Rule(
    id="spam-score",
    title="What a spam filter says",
    severity=Severity.WARNS,
    looks_at=Sight.MESSAGE,
    why="SpamAssassin runs at many small providers and public bodies, and its reasons are open to read.",
    remedy="Mend what the weightiest reason names.",
    look=look,
    needs=("spam",),
)
