"""A longer piece with a picture."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import Markdown, Words
from newsletter.content.sections.base import Image, Link, Section


class Feature(Section):
    """A piece of text, with a picture and a link where there is more."""

    type: Literal["feature"]
    heading: Words = Field(description="Headline.")
    text: Markdown = Field(min_length=1, description="The piece, in Markdown.")
    image: Image | None = Field(None, description="Picture with its caption.")
    more: Markdown = Field("", description="Text after the picture.")
    link: Link | None = Field(None, description="Where to read on.")
