"""Events as iCalendar files (RFC 5545): UTC times, folded lines, the same bytes each time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.content.event import Event
from newsletter.rendering.rendered import Calendar

_STAMP = "%Y%m%dT%H%M%SZ"


def calendar(event: Event, *, issue_id: str, list_id: str, published: datetime, zone: ZoneInfo) -> Calendar:
    """The `.ics` file of an event. `published` becomes DTSTAMP, so that rendering twice gives the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_escape(list_id)}//Bulletin//EN",
        "BEGIN:VEVENT",
        f"UID:{event.id}.{issue_id}@{_escape(list_id)}",
        f"DTSTAMP:{published.astimezone(UTC):{_STAMP}}",
        *_times(event, zone),
        f"SUMMARY:{_escape(event.title)}",
        *([f"LOCATION:{_escape(event.place)}"] if event.place else []),
        *([f"URL:{event.url}"] if event.url else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    content = "".join(f"{_fold(line)}\r\n" for line in lines)
    return Calendar(name=f"{event.id}.ics", content=content.encode("utf-8"))


def _times(event: Event, zone: ZoneInfo) -> list[str]:
    start, end = event.start(zone), event.end(zone)
    if start is None:
        after = (event.until or event.date) + timedelta(days=1)  # DTEND of whole days is the day after (3.6.1)
        return [f"DTSTART;VALUE=DATE:{event.date:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}"]
    ends = [f"DTEND:{end.astimezone(UTC):{_STAMP}}"] if end else []
    return [f"DTSTART:{start.astimezone(UTC):{_STAMP}}", *ends]


def _escape(text: str) -> str:
    """TEXT values (section 3.3.11)."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _fold(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character (section 3.1)."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        if len((piece + character).encode("utf-8")) > (75 if not pieces else 74):
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
