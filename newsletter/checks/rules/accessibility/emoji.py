"""Emoji that a screen reader reads out in full, again and again."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55][\ufe0f\U0001f3fb-\U0001f3ff]?"
    "(?:\u200d[\U0001f300-\U0001faff\u2600-\u27bf][\ufe0f\U0001f3fb-\U0001f3ff]?)*)"
)
_ROW = re.compile(rf"(?:{_EMOJI.pattern}\s*){{3,}}")
_MOST = 12  # in an issue


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for emoji in the subject, three in a row, as bullets, and for how many there are."""
    amount = 0
    for passage in context.passages:
        found = _EMOJI.findall(passage.text)
        amount += len(found)
        if len(found) > 1 and passage.spot.location in (("subject",), ("title",)):
            yield Fault(message=f"the {passage.spot.field} has {len(found)} emoji", spot=passage.spot)
        if row := _ROW.search(passage.text):
            yield Fault(message=f"'{row[0].strip()}' is read out one by one", spot=passage.spot, quote=row[0])
        elif found and not re.search(r"\w", _EMOJI.sub("", passage.text)):
            yield Fault(message=f"'{passage.text}' says nothing in words", spot=passage.spot)
    if amount > _MOST:
        yield Fault(message=f"the issue has {amount} emoji, and {_MOST} are plenty")


RULE = Rule(
    id="emoji",
    title="Emoji",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 1.1.1: a screen reader says each by its full name; some mail programs show an empty box.",
    remedy="Keep one at the end of a line, and never in place of a word.",
    look=look,
)
