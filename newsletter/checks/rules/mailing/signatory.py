"""A letter signed by somebody who is not on the list of people any more."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot
from newsletter.content.sections.letter import Letter


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare the name under each letter with the list."""
    known = {" ".join(name.casefold().split()) for name in context.people or ()}
    for number, section in enumerate(context.issue.sections):
        if isinstance(section, Letter) and " ".join(section.name.casefold().split()) not in known:
            spot = Spot(location=("sections", number, "name"), section=section.id)
            message = f"'{section.name}' signs this letter and is not among the people in [checks] people"
            yield Fault(message=message, spot=spot)


RULE = Rule(
    id="signatory",
    title="Who signs",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Letters are copied from last month's issue, with the name of somebody who has left.",
    remedy="Mend the name, or the list.",
    look=look,
    needs=("people",),
)
