"""The small types that fields of an issue are made of; each refuses what would mislead or harm a reader.

A refused value says what is wrong and how to mend it; `content.problems` adds the file and the line. What a value
refers to (bodies, segments, events, the images folder) comes as pydantic's validation context; without one it is not
judged.
"""

import difflib
import re
from datetime import date, datetime, time
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from newsletter.content import markdown
from newsletter.content.links import check_url

# Control characters but TAB, LF and CR: no mail client shows them and some cut the mail short at NUL.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")


def _clean(value: Any) -> Any:  # noqa: ANN401  (pydantic hands over whatever the YAML held)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)  # a bare `title: 2026` means the words
    if isinstance(value, str) and _CONTROLS.search(value):
        raise ValueError("it holds a control character; delete it and type the text again")
    return value.strip(" \t\r\n") if isinstance(value, str) else value


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value or "\u2028" in value or "\u2029" in value:
        raise ValueError("it must be one line")
    return value


def _web_url(value: str) -> str:
    if urlsplit(check_url(value)).scheme.lower() not in ("https", "http"):
        raise ValueError("a web address begins with https://")
    return value.rstrip("/")


def _base_url(value: str) -> str:
    """Addresses of pages are made by adding to it, which after a `?` or `#` would change nothing."""
    parts = urlsplit(value)
    if parts.query or parts.fragment or value.endswith(("?", "#")):
        raise ValueError(f"the address '{value[:60]}' has something after ? or #; write it up to there")
    return value


def _address(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise ValueError(f"'{value[:60]}' is not an e-mail address")
    return value


def _markdown(value: str, info: ValidationInfo) -> str:
    context = info.context or {}
    found = list(markdown.problems(value, context.get("events"), context.get("sections")))
    if found:
        raise ValueError("; ".join(found))
    return value


def _known(value: str, info: ValidationInfo, register: str, home: str) -> str:
    known = (info.context or {}).get(register)
    if known is not None and value not in known:
        close = difflib.get_close_matches(value, list(known), n=1)
        raise ValueError(
            f"there is no '{value}' {home}; " + (f"did you mean '{close[0]}'?" if close else "add it there")
        )
    return value


def _body(value: str, info: ValidationInfo) -> str:
    return _known(value, info, "bodies", "in subscribers/bodies.toml")


def _segment(value: str, info: ValidationInfo) -> str:
    return _known(value, info, "segments", "in subscribers/segments.toml")


def _event(value: str, info: ValidationInfo) -> str:
    return _known(value, info, "events", "under events in this issue")


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError("an id has small letters, digits and single hyphens only, such as scotland-subgroup")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise ValueError("a language is a BCP 47 tag such as en, cy or en-GB")
    return value


def _date(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, datetime):
        raise ValueError("write the date alone, such as 2025-11-28; times have fields of their own")  # noqa: TRY004
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"'{value}' is not a date; write year-month-day, such as 2025-11-28") from None
    if not 1900 <= found.year < 2200:
        raise ValueError(f"the year {found.year} is a slip; write year-month-day, such as 2025-11-28")
    return found


def _clock(value: Any) -> Any:  # noqa: ANN401
    match = _TIME.fullmatch(str(value).strip())
    if isinstance(value, time):
        return value
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"'{value}' is not a time; write hours and minutes, such as 10:00")
    return time(int(match[1]), int(match[2]))


_Clean = BeforeValidator(_clean)
OneLine = Annotated[str, _Clean, AfterValidator(_one_line)]
Words = Annotated[str, _Clean, AfterValidator(_one_line), Field(min_length=1)]
Markdown = Annotated[str, _Clean, AfterValidator(_markdown)]
Url = Annotated[str, _Clean, AfterValidator(check_url)]
HttpUrl = Annotated[str, _Clean, AfterValidator(_web_url)]
OptionalBaseUrl = Annotated[
    Annotated[HttpUrl, AfterValidator(_base_url)] | None, BeforeValidator(lambda value: value or None)
]
OptionalHttpUrl = Annotated[HttpUrl | None, BeforeValidator(lambda value: value or None)]
EmailAddress = Annotated[str, _Clean, AfterValidator(_address)]
OptionalEmailAddress = Annotated[EmailAddress | None, BeforeValidator(lambda value: value or None)]
Slug = Annotated[str, _Clean, AfterValidator(_slug)]
BodyRef = Annotated[Slug, AfterValidator(_body)]
SegmentRef = Annotated[Slug, AfterValidator(_segment)]
EventRef = Annotated[Slug, AfterValidator(_event)]
LanguageTag = Annotated[str, _Clean, AfterValidator(_language)]
Day = Annotated[date, BeforeValidator(_date)]
Clock = Annotated[time, BeforeValidator(_clock)]
