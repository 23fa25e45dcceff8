"""Dates that an editor typed into a text, English or Welsh, with what they leave to be guessed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from newsletter.checks.vocabulary import main_language

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DAYS_CY = ("llun", "mawrth", "mercher", "iau", "gwener", "sadwrn", "sul")
_MONTHS_CY = (
    "ionawr", "chwefror", "mawrth", "ebrill", "mai", "mehefin", "gorffennaf", "awst", "medi", "hydref", "tachwedd",
    "rhagfyr",
)  # fmt: skip


def _pattern(days: str, months: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:(?P<weekday>{days}),?\s+)?(?:the\s+)?(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th|ain|eg|fed|af|il|ydd)?"
        rf"\s+(?:of\s+)?(?P<month>{'|'.join(months)})\b(?:,?\s+(?P<year>(?:19|20)\d\d)\b)?",
        re.IGNORECASE,
    )


_WRITTEN = {
    "en": (_pattern("|".join(DAYS), MONTHS), DAYS, MONTHS),
    "cy": (_pattern("|".join(f"dydd {day}" for day in _DAYS_CY), _MONTHS_CY), _DAYS_CY, _MONTHS_CY),
}


@dataclass(frozen=True, kw_only=True)
class TypedDate:
    """One date as it was typed."""

    words: str
    day: date  # without a year it is the nearest one, which is a guess
    weekday: int | None  # 0 for Monday; None where none was typed
    has_year: bool
    ordinal: bool  # 28th, not 28
    start: int  # where in the text it begins


def typed_dates(text: str, language: str, published: date) -> Iterator[TypedDate]:
    """The dates in a text; a day that no calendar has, such as 31 June, is left out."""
    pattern, days, months = _WRITTEN.get(main_language(language), _WRITTEN["en"])
    for match in pattern.finditer(text):
        meant = _day(match, months, published)
        said = (match["weekday"] or "").casefold().removeprefix("dydd ")
        if meant:
            yield TypedDate(
                words=match[0],
                day=meant,
                weekday=days.index(said) if said else None,
                has_year=bool(match["year"]),
                ordinal=bool(match["ordinal"]),
                start=match.start(),
            )


def plain(day: date) -> str:
    """`28 November 2025`."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def _day(match: re.Match[str], months: tuple[str, ...], published: date) -> date | None:
    years = [int(match["year"])] if match["year"] else [published.year - 1, published.year, published.year + 1]
    month = months.index(match["month"].casefold()) + 1
    try:
        candidates = [date(year, month, int(match["day"])) for year in years]
    except ValueError:
        return None
    return min(candidates, key=lambda day: abs(day - published))
