"""An event or a call to action, set apart from the rest."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import EventRef, Markdown, OneLine, Words
from newsletter.content.sections.base import Link, Section, Strict


class Speaker(Strict):
    """Somebody who speaks at the event; a group may stand for several people."""

    name: Words = Field(description="Name of the speaker or group.")
    role: OneLine = Field("", description="Their role or organisation.")


class Callout(Section):
    """An event or call to action: when, where, who speaks, and one button."""

    type: Literal["callout"]
    heading: Words = Field(description="What it is about.")
    text: Markdown = Field("", description="Why the reader should care.")
    event: EventRef | None = Field(None, description="Event of this issue; its day, times and place are shown.")
    speakers: list[Speaker] = Field(default_factory=list, description="Who speaks.")
    button: Link | None = Field(None, description="The one thing to do.")
    closing: Markdown = Field("", description="Words after the button.")
