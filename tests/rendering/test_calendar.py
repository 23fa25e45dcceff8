"""Events as iCalendar files, read back by a small parser of RFC 5545."""

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.event import Event
from newsletter.rendering.calendar import calendar

LONDON = ZoneInfo("Europe/London")
PUBLISHED = datetime(2025, 11, 7, tzinfo=LONDON)
WORDS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"), max_size=90
)


def made(**fields: Any) -> bytes:
    event = Event.model_validate({"id": "visit", "title": "Visit", "date": date(2025, 11, 28)} | fields)
    return calendar(event, issue_id="2025-11", list_id="news.example.org", published=PUBLISHED, zone=LONDON).content


def read(content: bytes) -> dict[str, str]:
    """Properties by name and parameters; refuses what RFC 5545 sections 3.1 and 3.3.11 forbid."""
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\r" not in line and b"\n" not in line for line in lines)
    unfolded = re.sub(rb"\r\n ", b"", content).decode().split("\r\n")[:-1]
    frame, inside = unfolded[:3] + unfolded[-2:], unfolded[4:-2]
    assert frame == ["BEGIN:VCALENDAR", "VERSION:2.0", *frame[2:3], "END:VEVENT", "END:VCALENDAR"]
    assert unfolded[3] == "BEGIN:VEVENT"
    assert not [line for line in inside if line.startswith(("BEGIN", "END"))]
    return dict(line.split(":", 1) for line in [*frame[1:3], *inside])


def unescaped(text: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", text)
    return re.sub(r"\\(.)", r"\1", text)


def test_an_event_has_what_a_calendar_needs() -> None:
    found = read(made(starts=time(10), ends=time(13), place="Online", url="https://example.org/a?b=1,2;3"))
    assert found == {
        "VERSION": "2.0",
        "PRODID": "-//news.example.org//Bulletin//EN",
        "UID": "visit.2025-11@news.example.org",
        "DTSTAMP": "20251107T000000Z",
        "DTSTART": "20251128T100000Z",
        "DTEND": "20251128T130000Z",
        "SUMMARY": "Visit",
        "LOCATION": "Online",
        "URL": "https://example.org/a?b=1,2;3",
    }


@pytest.mark.parametrize(
    ("day", "starts", "utc"),
    [
        (date(2026, 3, 28), time(10), datetime(2026, 3, 28, 10, tzinfo=UTC)),
        (date(2026, 3, 29), time(0, 30), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(10), datetime(2026, 3, 29, 9, tzinfo=UTC)),
        (date(2026, 10, 24), time(10), datetime(2026, 10, 24, 9, tzinfo=UTC)),
        (date(2026, 10, 25), time(0, 30), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(10), datetime(2026, 10, 25, 10, tzinfo=UTC)),
    ],
)
def test_times_are_right_on_both_sides_of_a_change_of_clocks(day: date, starts: time, utc: datetime) -> None:
    assert read(made(date=day, starts=starts))["DTSTART"] == f"{utc:%Y%m%dT%H%M%SZ}"


def test_an_event_over_the_night_of_a_change_ends_when_it_says() -> None:
    found = read(made(date=date(2026, 10, 24), until=date(2026, 10, 25), starts=time(20), ends=time(8)))
    assert (found["DTSTART"], found["DTEND"]) == ("20261024T190000Z", "20261025T080000Z")


def test_whole_days_end_on_the_day_after() -> None:
    found = read(made(date=date(2026, 2, 27), until=date(2026, 2, 28)))
    assert (found["DTSTART;VALUE=DATE"], found["DTEND;VALUE=DATE"]) == ("20260227", "20260301")


def test_a_start_without_an_end_has_no_end() -> None:
    assert "DTEND" not in read(made(starts=time(10)))


def test_the_same_event_gives_the_same_bytes() -> None:
    assert made(starts=time(10)) == made(starts=time(10))


@given(WORDS.filter(lambda text: text.strip(" ")), WORDS)
def test_any_title_and_place_can_be_read_back(title: str, place: str) -> None:
    found = read(made(title=title, place=place))
    assert unescaped(found["SUMMARY"]) == title.strip(" ")
    assert unescaped(found.get("LOCATION", "")) == place.strip(" ")


def test_no_title_adds_a_property() -> None:
    assert set(read(made(title="x\\nATTENDEE:mailto:a@example.org", place="BEGIN:VALARM"))) == {
        *("VERSION", "PRODID", "UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "LOCATION")
    }
