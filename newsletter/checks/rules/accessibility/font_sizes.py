"""Letters below 14 pixels, which nobody reads on a phone."""

from collections.abc import Iterator

from newsletter.checks.colours import inked_texts
from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_SMALL, _TINY = 14, 11  # CSS pixels


def look(context: CheckContext) -> Iterator[Fault]:
    """Tell each small size once, with the first words set in it."""
    for document in context.documents:
        seen: set[float] = set()
        for text in inked_texts(document, dark=False):
            if text.size < _SMALL and text.size not in seen:
                seen.add(text.size)
                severity = Severity.BLOCKS if text.size < _TINY else None
                yield Fault(message=f"'{text.words[:60]}' is set in {text.size:g} px", severity=severity)


RULE = Rule(
    id="font-sizes",
    title="Letters too small",
    severity=Severity.WARNS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.4.4: many mail programs cannot zoom; iOS enlarges letters below 13 px and breaks the layout.",
    remedy="Set texts in 16 px or more, and what matters least in 14.",
    look=look,
    needs=("mails",),
)
