"""The opening letter."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import Markdown, OneLine, Words
from newsletter.content.sections.base import Image, Section


class Letter(Section):
    """A letter to the readers, signed by a named person."""

    type: Literal["letter"]
    heading: OneLine = Field("Welcome", description="Heading of the letter.")
    text: Markdown = Field(min_length=1, description="The letter, in Markdown.")
    image: Image | None = Field(None, description="Portrait or picture beside the letter.")
    sign_off: OneLine = Field("With best wishes,", description="Closing words before the name.")
    name: Words = Field(description="Who signs.")
    role: OneLine = Field("", description="Their role.")
