"""Short news from the bodies."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import BodyRef, Markdown, OneLine
from newsletter.content.sections.base import Image, Item, Link, Section


class NewsItem(Item):
    """One piece of news: a sentence or two, perhaps with a picture."""

    text: Markdown = Field(min_length=1, description="The news, in Markdown.")
    bodies: list[BodyRef] = Field(default_factory=list, description="Ids of the bodies it is about.")
    image: Image | None = Field(None, description="Picture with its caption.")
    link: Link | None = Field(None, description="Where to read more.")


class News(Section):
    """News in brief, and an invitation to send more for the next issue."""

    type: Literal["news"]
    heading: OneLine = Field("Latest news", description="Heading.")
    items: list[NewsItem] = Field(min_length=1, description="The news.")
    invitation: Markdown = Field("", description="How to get news into the next issue.")
