"""Reports that bodies have published."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import BodyRef, Markdown, OneLine, Words
from newsletter.content.sections.base import Image, Item, Link, Quotation, Section


class Spotlight(Item):
    """One report: whose it is, its title, what it found, and where to read it."""

    body: BodyRef = Field(description="Id of the body in `subscribers/bodies.toml`.")
    title: Words = Field(description="Title of the report.")
    summary: Markdown = Field(min_length=1, description="What it found, in your words.")
    quote: Quotation | None = Field(None, description="A sentence from the report.")
    image: Image | None = Field(None, description="A picture from the report.")
    link: Link | None = Field(None, description="Where to read it.")


class Spotlights(Section):
    """Reports from the bodies, each with a summary and a link."""

    type: Literal["spotlights"]
    heading: OneLine = Field("Spotlight reports", description="Heading.")
    intro: Markdown = Field("", description="Words before the first report.")
    items: list[Spotlight] = Field(min_length=1, description="The reports.")
