"""Short titled updates."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import EventRef, Markdown, Words
from newsletter.content.sections.base import Item, Link, Section


class Update(Item):
    """One update: a title and a paragraph or two."""

    title: Words = Field(description="Title of the update.")
    text: Markdown = Field(min_length=1, description="The update, in Markdown.")
    event: EventRef | None = Field(None, description="Event of this issue that the update announces.")
    link: Link | None = Field(None, description="Where to read more.")


class Updates(Section):
    """Titled updates, for example from the national subgroups."""

    type: Literal["updates"]
    intro: Markdown = Field("", description="Words before the first update.")
    items: list[Update] = Field(min_length=1, description="The updates.")
