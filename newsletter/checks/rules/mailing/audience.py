"""An audience that is empty, or unlike last time's."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_UNLIKE = 0.2  # of last time's people


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare the count with last time's, and look for people who would get two copies."""
    mailing = context.mailing
    if mailing is None:
        return
    if not mailing.chosen:
        yield Fault(
            message="nobody would get it", severity=Severity.BLOCKS, remedy="Choose another segment, or import people."
        )
    elif mailing.before and abs(mailing.chosen - mailing.before) > _UNLIKE * mailing.before:
        yield Fault(message=f"{mailing.chosen:,} people would get it, and {mailing.before:,} had the last one")
    if mailing.doubled:
        message = f"{mailing.doubled:,} people stand on the list twice, at two ways of writing one address"
        yield Fault(message=message, remedy="Look at them in the list and remove one of the two.")
    if mailing.suppressed:
        message = f"{mailing.suppressed:,} people who are never to be written to are on the list, and are left out"
        yield Fault(message=message, severity=Severity.NOTES, remedy="Nothing needs to be done.")


RULE = Rule(
    id="audience",
    title="Who would get it",
    severity=Severity.WARNS,
    looks_at=Sight.MAILING,
    why="The commonest grave mistake with lists is the wrong list; a count beside last time's shows it.",
    remedy="Make sure that the right segment is chosen and the last import is whole.",
    look=look,
    needs=("mailing",),
)
