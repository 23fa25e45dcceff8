"""Dates with a year beside dates without one, and 28th beside 28."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot
from newsletter.checks.typed_dates import TypedDate, typed_dates


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare every typed date of our own with the first of the other kind."""
    dates = [
        (passage.spot, typed)
        for passage in context.passages
        if not passage.quoted
        for typed in typed_dates(passage.text, passage.language, context.issue.date)
    ]
    yield from _mixed([(spot, typed, typed.has_year) for spot, typed in dates], "has no year", "has one", None)
    yield from _mixed(
        [(spot, typed, not typed.ordinal) for spot, typed in dates], "is an ordinal", "is not", Severity.NOTES
    )


def _mixed(
    dates: list[tuple[Spot, TypedDate, bool]], says: str, other_says: str, severity: Severity | None
) -> Iterator[Fault]:
    full = next((typed for _, typed, is_full in dates if is_full), None)
    bare = [(spot, typed) for spot, typed, is_full in dates if not is_full]
    if full and bare:
        spot, typed = bare[0]
        others = f", and so do {len(bare) - 1} more" if len(bare) > 1 else ""
        message = f"'{typed.words}' {says}, '{full.words}' {other_says}{others}"
        yield Fault(message=message, spot=spot, severity=severity, quote=typed.words)


RULE = Rule(
    id="date-styles",
    title="Dates told in different ways",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="An issue stays in the archive, where a day without its year names no day.",
    remedy="Write the year with every date, such as 28 November 2025, or <date:2025-11-28>.",
    look=look,
)
