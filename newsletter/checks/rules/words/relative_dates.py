"""Words that are true on one day only: "next week", "3 weeks to go", "tomorrow"."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import without_speech

_NUMBER = r"(?:\d+|a|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of)"
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_ENGLISH = re.compile(
    r"\b(?:"
    r"(?:next|this|last) (?:week|weekend)\b(?!['’]s| before\b| of\b)"  # noqa: RUF001  (the apostrophe people type)
    rf"|(?:next|this|this coming|last) {_WEEKDAY}\b(?! of\b)"
    r"|(?<!of )(?<!for )(?:tomorrow|yesterday)\b(?!['’]s)"  # noqa: RUF001
    rf"|{_NUMBER} (?:days?|weeks?) (?:to go|left|away|from now|from today|ago)\b"
    rf"|{_NUMBER} months? (?:to go|away|from now)\b"
    rf"|in {_NUMBER} (?:days?|weeks?)['’]? time\b"  # noqa: RUF001
    rf"|in (?:just|only) {_NUMBER} (?:days?|weeks?)\b"
    r")",
    re.IGNORECASE,
)
_WELSH = re.compile(r"\b(?:yr )?wythnos (?:nesaf|hon|diwethaf)\b|\b(?:yfory|ddoe)\b", re.IGNORECASE)


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for days told from the day of writing; other people's words are left alone."""
    for passage in context.passages:
        pattern = _WELSH if passage.language.split("-")[0] == "cy" else _ENGLISH
        if not passage.quoted:
            for match in pattern.finditer(without_speech(passage.text)):
                yield Fault(message=f"'{match[0]}' is right on one day only", spot=passage.spot)


RULE = Rule(
    id="relative-dates",
    title="Days told from the day of writing",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="A bulletin is approved, sent and read on different days, and stays in the archive.",
    remedy="Name the day, for example with <date:2025-11-28>.",
    look=look,
)
