"""Files with readers' data or with keys that git tracks."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Name each file."""
    for name in context.tracked or ():
        yield Fault(message=f"git tracks {name}", file=name)


RULE = Rule(
    id="personal-data",
    title="Personal data in git",
    severity=Severity.BLOCKS,
    looks_at=Sight.SETTINGS,
    why="UK GDPR Article 5(1)(e) and (f): what git holds is copied everywhere and cannot be erased.",
    remedy="Run git rm --cached on it, add it to .gitignore, and change the key or take the data out of the history.",
    look=look,
    needs=("tracked",),
)
