"""What every section and item has in common, and the small parts that several types share."""

from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from newsletter.content.fields import LanguageTag, Markdown, OneLine, SegmentRef, Slug, Url, Words

PICTURE_TYPES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


LARGEST_PICTURE = 10_000_000  # bytes; a phone's photograph has 3 to 6 million


def _picture_path(value: str, info: ValidationInfo) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value:
        raise ValueError(f"'{value[:60]}' leads out of the issue's images folder; give the file's name alone")
    if path.suffix.lower() not in PICTURE_TYPES:
        raise ValueError(f"'{value[:60]}' is no picture we can send; use {', '.join(PICTURE_TYPES)}")
    folder: Path | None = (info.context or {}).get("images")
    if folder is not None:
        _check_picture(folder, value)
    return value


def _check_picture(folder: Path, name: str) -> None:
    try:
        file = (folder / name).resolve(strict=True)
        size = file.stat().st_size if file.is_file() else None
    except (OSError, RuntimeError):  # absent, a name too long for the disk, a link that leads to itself
        size = None
    if size is None:
        raise ValueError(f"there is no picture 'images/{name[:60]}' in this issue; put the file there or mend its name")
    if not file.is_relative_to(folder.resolve()):
        raise ValueError(f"'{name}' leads out of the issue's images folder; copy the picture there")
    if size > LARGEST_PICTURE:
        raise ValueError(
            f"the picture '{name}' has {size / 1e6:.0f} MB, more than 10; save it smaller, 2,000 pixels wide is enough"
        )


class Strict(BaseModel):
    """A frozen record that refuses fields it does not know, so that a typing slip is not lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Image(Strict):
    """A picture from the issue's `images/` folder. Readers who do not see it get the alt text."""

    file: Annotated[Words, AfterValidator(_picture_path)] = Field(description="File name inside `images/`.")
    alt: Words = Field(description="What the picture says, in a sentence, for those who do not see it.")
    caption: OneLine = Field("", description="Words under the picture.")


class Link(Strict):
    """A link and the words it is read by; they must make sense on their own."""

    text: Words = Field(description="What the reader finds there, such as *Read the annual report*.")
    url: Url = Field(description="Address, beginning with https:// or mailto:.")


class Quotation(Strict):
    """Somebody's words, and whose they are."""

    text: Markdown = Field(min_length=1, description="The words quoted.")
    by: OneLine = Field("", description="Who said or wrote them.")


class Part(Strict):
    """Anything that can be shown to some readers and not to others, and told in more than one language."""

    id: Slug = Field(description="Name that stays the same when the words change, such as `scotland-subgroup`.")
    lang: LanguageTag | None = Field(None, description="Language of this part, if it is not the issue's own.")
    audience: SegmentRef | None = Field(None, description="Segment that sees this part; everybody if left out.")
    only: Literal["web", "email"] | None = Field(None, description="Show it in the mail only, or on the web only.")
    translations: dict[LanguageTag, dict[str, Any]] = Field(
        default_factory=dict,
        description="The same part in other languages: language, then the fields that differ. A language in which "
        "the issue is not sent as a whole is shown beneath the original.",
    )


class Item(Part):
    """One entry of a section."""


class Section(Part):
    """One block of an issue."""

    heading: OneLine = Field("", description="Heading; also the entry in the table of contents.")
    hidden: bool = Field(default=False, description="`true` keeps the section in this file and shows it to nobody.")
