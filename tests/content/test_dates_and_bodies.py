"""Days and times in words, and the register of bodies."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from newsletter.content import dates
from newsletter.content.bodies import load_bodies
from newsletter.content.event import Event
from newsletter.errors import InputError


def event(**fields: Any) -> Event:
    return Event.model_validate({"id": "visit", "title": "Visit", "date": date(2025, 11, 28)} | fields)


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (time(0), "midnight"),
        (time(0, 1), "12:01am"),
        (time(9), "9am"),
        (time(9, 5), "9:05am"),
        (time(12), "midday"),
        (time(12, 30), "12:30pm"),
        (time(23, 59), "11:59pm"),
    ],
)
def test_a_time_reads_as_people_in_britain_say_it(clock: time, words: str) -> None:
    assert dates.clock(clock) == words


@pytest.mark.parametrize(
    ("fields", "english", "welsh"),
    [
        ({}, "Friday 28 November 2025", "dydd Gwener 28 Tachwedd 2025"),
        ({"starts": "10:00"}, "Friday 28 November 2025, 10am", "dydd Gwener 28 Tachwedd 2025, 10yb"),
        (
            {"starts": "10.30", "ends": "13:00"},
            "Friday 28 November 2025, 10:30am to 1pm",
            "dydd Gwener 28 Tachwedd 2025, 10:30yb tan 1yp",
        ),
        (
            {"until": "2025-12-01"},
            "Friday 28 November 2025 to Monday 1 December 2025",
            "dydd Gwener 28 Tachwedd 2025 tan ddydd Llun 1 Rhagfyr 2025",
        ),
        ({"until": "2025-11-28"}, "Friday 28 November 2025", "dydd Gwener 28 Tachwedd 2025"),
    ],
)
def test_the_weekday_and_the_year_are_worked_out(fields: dict[str, Any], english: str, welsh: str) -> None:
    assert dates.event_when(event(**fields)) == english
    assert dates.event_when(event(**fields), "cy-GB") == welsh


@pytest.mark.parametrize(
    "fields",
    [
        {"until": "2025-11-27"},
        {"ends": "10:00"},
        {"starts": "10:00", "ends": "10:00"},
        {"starts": "10:00", "ends": "09:00", "until": "2025-11-28"},
        {"starts": "24:00"},
        {"starts": "9.3"},
        {"date": "28.11.2025"},
        {"date": "1899-12-31"},
    ],
)
def test_an_event_that_ends_before_it_begins_or_has_no_such_time_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        event(**fields)


def test_an_event_may_end_on_a_later_day_at_an_earlier_hour() -> None:
    assert event(starts="20:00", ends="08:00", until="2025-11-29").ends == time(8)


def test_a_body_has_a_name_in_each_language_or_the_english_one(tmp_path: Path) -> None:
    (tmp_path / "bodies.toml").write_text(
        '[[body]]\nid = "ciw"\nname = "Care Inspectorate Wales"\nname_cy = "Arolygiaeth Gofal Cymru"\n'
        'nation = "wales"\n[[body]]\nid = "cqc"\nname = "Care Quality Commission"\nnation = "england"\n',
        encoding="utf-8",
    )
    bodies = load_bodies(tmp_path / "bodies.toml")
    assert list(bodies) == ["ciw", "cqc"]
    assert bodies["ciw"].name_in("cy") == "Arolygiaeth Gofal Cymru"
    assert bodies["cqc"].name_in("cy") == bodies["cqc"].name_in("en") == "Care Quality Commission"


def test_no_register_is_an_empty_one(tmp_path: Path) -> None:
    assert len(load_bodies(tmp_path / "bodies.toml")) == 0


def test_a_broken_register_is_told_with_its_field(tmp_path: Path) -> None:
    path = tmp_path / "bodies.toml"
    path.write_text('[[body]]\nid = "CQC"\nname = ""\nnation = "england"\ncontact = "nobody"\n')
    with pytest.raises(InputError) as caught:
        load_bodies(path)
    assert [problem.field for problem in caught.value.problems] == ["body.0.id", "body.0.name", "body.0.contact"]


def test_an_id_of_two_bodies_is_told(tmp_path: Path) -> None:
    (tmp_path / "bodies.toml").write_text(2 * '[[body]]\nid = "cqc"\nname = "CQC"\nnation = "england"\n')
    with pytest.raises(InputError, match="the id 'cqc' stands twice"):
        load_bodies(tmp_path / "bodies.toml")
