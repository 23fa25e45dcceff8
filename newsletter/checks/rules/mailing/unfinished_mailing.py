"""An earlier issue whose mailing is still on its way, paused or planned."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Name each."""
    for issue in context.mailing.unfinished if context.mailing else ():
        yield Fault(message=f"the mailing of issue {issue} is not finished")


RULE = Rule(
    id="unfinished-mailing",
    title="A mailing that is not at rest",
    severity=Severity.WARNS,
    looks_at=Sight.MAILING,
    why="Two mailings at once share the quota, and readers get the newer issue first.",
    remedy="Finish it, or stop it with `newsletter cancel`.",
    look=look,
    needs=("mailing",),
)
