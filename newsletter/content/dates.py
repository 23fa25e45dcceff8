"""Days and times in words, English and Welsh; the weekday and the year are worked out, never typed.

GOV.UK style: 10am, 10:30am, midday and midnight, "to" and no dash.
"""

from datetime import date, time

from newsletter.content.event import Event

_ENGLISH = (
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "January February March April May June July August September October November December".split(),  # noqa: SIM905
    {"to": "to", "midday": "midday", "midnight": "midnight", "am": "am", "pm": "pm", "and": "and"},
)
_WELSH = (
    ["dydd Llun", "dydd Mawrth", "dydd Mercher", "dydd Iau", "dydd Gwener", "dydd Sadwrn", "dydd Sul"],
    "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr".split(),  # noqa: SIM905
    {"to": "tan", "midday": "hanner dydd", "midnight": "hanner nos", "am": "yb", "pm": "yp", "and": "a"},
)


def _words(language: str) -> tuple[list[str], list[str], dict[str, str]]:
    return _WELSH if language.split("-")[0] == "cy" else _ENGLISH


def day(value: date, language: str = "en") -> str:
    """`Friday 28 November 2025`."""
    return f"{_words(language)[0][value.weekday()]} {short_day(value, language)}"


def short_day(value: date, language: str = "en") -> str:
    """`28 November 2025`."""
    return f"{value.day} {month(value, language)}"


def month(value: date, language: str = "en") -> str:
    """`November 2025`."""
    return f"{_words(language)[1][value.month - 1]} {value.year}"


def clock(value: time, language: str = "en") -> str:
    """`10am`, `10:30am`, `midday`."""
    words = _words(language)[2]
    if value in (time(0), time(12)):
        return words["midday" if value.hour else "midnight"]
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{words['pm' if value.hour >= 12 else 'am']}"


def event_days(event: Event, language: str = "en") -> str:
    """The day or days of an event."""
    if event.until and event.until != event.date:
        last = day(event.until, language).replace("dydd", "ddydd", 1)  # Welsh "tan" softens the sound after it
        return f"{day(event.date, language)} {_words(language)[2]['to']} {last}"
    return day(event.date, language)


def event_times(event: Event, language: str = "en") -> str:
    """`10am to 1pm`, or nothing for a whole day."""
    if event.starts is None:
        return ""
    start = clock(event.starts, language)
    return f"{start} {_words(language)[2]['to']} {clock(event.ends, language)}" if event.ends else start


def event_when(event: Event, language: str = "en") -> str:
    """Days and times together: `Friday 28 November 2025, 10am to 1pm`."""
    return ", ".join(part for part in (event_days(event, language), event_times(event, language)) if part)
