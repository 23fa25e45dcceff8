"""What rendering refused (the MJML lint, a broken template, a picture) or warned of."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot


def look(context: CheckContext) -> Iterator[Fault]:
    """Pass on what rendering said."""
    for problem in context.refusals or ():
        spot = Spot(section=problem.section)
        yield Fault(message=problem.message, spot=spot, file=problem.file, line=problem.line)
    for mail in context.mails or ():
        for warning in mail.warnings:
            yield Fault(message=warning, severity=Severity.WARNS, remedy="Use a larger picture.")


RULE = Rule(
    id="rendering",
    title="What could not be made into a mail",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="The MJML compiler passes misspelt elements in silence, and mail programs then misread the mail.",
    remedy="Mend the place named; until then no mail can be made.",
    look=look,
    needs=("refusals",),
)
