"""Pictures that are made of words: posters, screenshots, invitations."""

import re
from collections.abc import Iterator
from dataclasses import replace

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_MADE_OF_WORDS = re.compile(
    r"poster|flyer|leaflet|screen-?shot|infographic|invit|agenda|programme|quote-?card|banner", re.IGNORECASE
)
_LONG = 30  # words of an alt text; whoever needs so many is copying text out of a picture


def look(context: CheckContext) -> Iterator[Fault]:
    """Judge each picture by the name of its file and by how much its alt text has to say."""
    for picture in context.pictures:
        spot = replace(picture.spot, location=(*picture.spot.location, "file"))
        if found := _MADE_OF_WORDS.search(picture.image.file):
            yield Fault(
                message=f"by its name, '{picture.image.file}' is a picture of words ({found[0].lower()})", spot=spot
            )
        elif len(picture.image.alt.split()) > _LONG:
            message = (
                f"the alt text of '{picture.image.file}' has {len(picture.image.alt.split())} words: text in a picture?"
            )
            yield Fault(message=message, spot=spot, severity=Severity.NOTES)


RULE = Rule(
    id="text-in-images",
    title="Text that is a picture",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 1.4.5: words in a picture cannot be enlarged, recoloured or translated, nor read with images off.",
    remedy="Write what it says as text, and keep the picture for what only a picture can show.",
    look=look,
)
