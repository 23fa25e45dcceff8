"""Days as people write them: "Monday 5 January", "5/1/2026", "January 5th", "5 Ionawr"."""

import re
from datetime import date
from email.utils import parsedate_to_datetime

from newsletter.replies.mail import IncomingMail

_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
    "ion": 1, "chw": 2, "maw": 3, "ebr": 4, "mai": 5, "meh": 6, "gor": 7,
    "aws": 8, "med": 9, "hyd": 10, "tac": 11, "rha": 12,
}  # fmt: skip
_NAME = "|".join(_MONTHS)
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|af|il|ydd|fed|ain)?(?: of| o)?[ -]?({_NAME})[^\W\d_]*\.?,?[ -]?(\d{{4}})?\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(rf"\b({_NAME})[^\W\d_]*\.? (\d{{1,2}})(?:st|nd|rd|th)?,?(?: (\d{{4}}))?\b", re.IGNORECASE)
_NUMBERS = re.compile(r"\b(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


def find_day(text: str, near: date) -> date | None:
    """The first day that a text names; without a year the next one on or after `near`. Day before month, as here."""
    if found := _ISO.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.search(text):
        return _following(_MONTHS[found[2][:3].lower()], int(found[1]), found[3], near)
    if found := _MONTH_FIRST.search(text):
        return _following(_MONTHS[found[1][:3].lower()], int(found[2]), found[3], near)
    if found := _NUMBERS.search(text):
        return _following(int(found[2]), int(found[1]), found[3], near)
    return None


def written_on(mail: IncomingMail) -> date:
    """The day of its Date header; 1 January 1970 where that can't be read."""
    try:
        return parsedate_to_datetime(mail.first("date")).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return date(1970, 1, 1)


def _following(month: int, day: int, year: str | None, near: date) -> date | None:
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = _day(near.year, month, day)
    return this_year if this_year is None or this_year >= near else _day(near.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
