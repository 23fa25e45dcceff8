"""Texts of the finished mail that are too faint on what lies behind them, by day and by night."""

from collections.abc import Iterator

from newsletter.checks.colours import Inked, inked_texts
from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.rendering.contrast import contrast_ratio

Pair = tuple[str, str, bool]

_NEEDED, _NEEDED_LARGE = 4.5, 3.0


def look(context: CheckContext) -> Iterator[Fault]:
    """Measure each pair of colours once."""
    for document in context.documents:
        seen: set[Pair] = set()
        yield from _faint(inked_texts(document, dark=False), seen, "", Severity.BLOCKS)
        # Dark rules are laid over the rest by our own reading of CSS, which a browser may know better.
        yield from _faint(inked_texts(document, dark=True), seen, " in dark mode", Severity.WARNS)


def _faint(texts: Iterator[Inked], seen: set[Pair], when: str, severity: Severity) -> Iterator[Fault]:
    for text in texts:
        pair = (text.ink, text.ground, text.large)
        ratio = contrast_ratio(text.ink, text.ground)
        if pair not in seen and ratio < (_NEEDED_LARGE if text.large else _NEEDED):
            message = f"'{text.words[:60]}' is {text.ink} on {text.ground}{when}, a contrast of {ratio:.1f} to 1"
            yield Fault(message=message, severity=severity)
        seen.add(pair)


RULE = Rule(
    id="text-contrast",
    title="Texts too faint to read",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.4.3: text needs 4.5 to 1 against what lies behind it, large text 3 to 1.",
    remedy="Choose another colour in the theme, or mend inline.css.j2 or head.css.j2.",
    look=look,
    needs=("mails",),
)
