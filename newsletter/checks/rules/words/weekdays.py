"""A typed weekday that is not the weekday of the date beside it."""

import re
from collections.abc import Iterator
from datetime import date

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
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
        rf"\b(?P<weekday>{days}),?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|ain|eg|fed|af|il|ydd)?\s+(?:of\s+)?"
        rf"(?P<month>{'|'.join(months)}),?(?:\s+(?P<year>(?:19|20)\d\d))?\b",
        re.IGNORECASE,
    )


_WRITTEN = {
    "en": (_pattern("|".join(_DAYS), _MONTHS), _DAYS, _MONTHS),
    "cy": (_pattern("|".join(f"dydd {day}" for day in _DAYS_CY), _MONTHS_CY), _DAYS_CY, _MONTHS_CY),
}


def look(context: CheckContext) -> Iterator[Fault]:
    """Work out the weekday of every date that is written with one."""
    for passage in context.passages:
        pattern, days, months = _WRITTEN.get(passage.language.split("-")[0], _WRITTEN["en"])
        for match in pattern.finditer(passage.text):
            meant = _day(match, months, context.issue.date)
            said = match["weekday"].casefold().removeprefix("dydd ")
            if meant and days[meant.weekday()] != said:
                message = f"'{match[0]}': {_plain(meant)} is a {_DAYS[meant.weekday()].capitalize()}"
                # Without a year the date is the nearest one, which is a guess.
                severity = Severity.BLOCKS if match["year"] else Severity.WARNS
                yield Fault(message=message, spot=passage.spot, severity=severity)


def _day(match: re.Match[str], months: tuple[str, ...], published: date) -> date | None:
    years = [int(match["year"])] if match["year"] else [published.year - 1, published.year, published.year + 1]
    month = months.index(match["month"].casefold()) + 1
    try:
        candidates = [date(year, month, int(match["day"])) for year in years]
    except ValueError:
        return None  # 31 June is no weekday's fault
    return min(candidates, key=lambda day: abs(day - published))


def _plain(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


RULE = Rule(
    id="weekdays",
    title="Weekday and date that disagree",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Readers who trust the weekday come on the wrong day; calendars are printed from such lines.",
    remedy="Write <date:2025-11-28> and the weekday is worked out, or mend the one that is wrong.",
    look=look,
)
