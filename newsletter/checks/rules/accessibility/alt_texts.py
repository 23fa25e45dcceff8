"""Alt texts that do not say what the picture says: names of files, openings that a screen reader says anyway."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import PictureUse
from newsletter.checks.rule import Fault, Rule, Sight

_LONGEST = 200  # characters; some screen readers read an alt text in one go, with no way to stop and go back
_FILE_NAME = re.compile(
    r"\S+\.(png|jpe?g|gif|webp|svg|bmp|heic|tiff?)"
    r"|(img|dsc[nf]?|pxl|dcim|screen ?shot|untitled|image|picture|photo|graphic|chart)[\s_-]*\d*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(an? |the )?(image|picture|photo|photograph|graphic|icon) (of|showing|shows)\b|llun o\b", re.IGNORECASE
)


def look(context: CheckContext) -> Iterator[Fault]:
    """Judge the alt text of every picture."""
    for picture in context.pictures:
        spot = replace(picture.spot, location=(*picture.spot.location, "alt"))
        for message, severity in _faults(picture):
            yield Fault(message=message, spot=spot, severity=severity)


def _faults(picture: PictureUse) -> Iterator[tuple[str, Severity]]:
    alt, caption = picture.image.alt, picture.image.caption
    if _is_file_name(alt, picture.image.file):
        yield f"the alt text '{alt[:60]}' is a file's name or a stopgap", Severity.BLOCKS
    if len(alt) > _LONGEST:
        yield f"the alt text has {len(alt)} characters, more than {_LONGEST}", Severity.WARNS
    if caption and _plain(alt) == _plain(caption):
        yield "the alt text repeats the caption, so it is heard twice", Severity.WARNS
    if found := _OPENING.match(alt):
        yield f"the alt text begins with '{found[0]}', which a screen reader says already", Severity.WARNS


def _is_file_name(alt: str, file: str) -> bool:
    stem = PurePosixPath(file).stem
    same = alt.casefold() == stem.casefold() and re.search(r"[\d_-]", stem)
    return bool(same or _FILE_NAME.fullmatch(alt))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


RULE = Rule(
    id="alt-texts",
    title="Alt texts that say nothing",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 1.1.1, failure F30: a file's name or a stopgap is no text alternative.",
    remedy="Say in a sentence what the picture tells the reader, and leave long data to the text.",
    look=look,
)
