"""Things worth reading from elsewhere."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import BodyRef, Markdown, OneLine, Words
from newsletter.content.sections.base import Item, Link, Section


class Resource(Item):
    """One resource, and thanks to whoever shared it."""

    title: Words = Field(description="What it is.")
    text: Markdown = Field("", description="Why it is worth the reader's time.")
    link: Link | None = Field(None, description="Where it is.")
    thanks_to: BodyRef | None = Field(None, description="Id of the body that shared it.")


class Resources(Section):
    """Resources from outside, with thanks to those who shared them."""

    type: Literal["resources"]
    heading: OneLine = Field("Resources of interest", description="Heading.")
    intro: Markdown = Field("", description="Words before the first resource.")
    items: list[Resource] = Field(min_length=1, description="The resources.")
