"""The calendar of what is coming up."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import EventRef, Markdown, OneLine
from newsletter.content.sections.base import Section


class Events(Section):
    """The dated list of events, each with a link that puts it into the reader's calendar."""

    type: Literal["events"]
    heading: OneLine = Field("Upcoming events", description="Heading.")
    intro: Markdown = Field("", description="Words before the list.")
    show: list[EventRef] = Field(
        default_factory=list, description="Ids of the events to list; all of the issue's if empty."
    )
