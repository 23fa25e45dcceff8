"""An event, written once in an issue and shown wherever a section names it."""

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from newsletter.content.fields import Clock, Day, Markdown, OneLine, OptionalHttpUrl, Words
from newsletter.content.sections.base import Part


class Event(Part):
    """Something that happens on a day: weekday, year and UK time are worked out, never typed."""

    title: Words = Field(description="What it is called.")
    date: Day = Field(description="Day it begins, such as 2025-11-28.")
    until: Day | None = Field(None, description="Last day, if it takes more than one.")
    starts: Clock | None = Field(None, description="Time it begins, such as 10:00, in the newsletter's own zone.")
    ends: Clock | None = Field(None, description="Time it ends.")
    place: OneLine = Field("", description="Where, such as *Online* or a town.")
    url: OptionalHttpUrl = Field(None, description="Where to join or read more.")
    text: Markdown = Field("", description="A sentence about it.")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until and self.until < self.date:
            raise ValueError("until is before date")
        if self.ends and not self.starts:
            raise ValueError("it has an end but no start; add starts")
        if self.starts and self.ends and (self.until or self.date) == self.date and self.ends <= self.starts:
            raise ValueError("ends is not after starts")
        return self

    def start(self, zone: ZoneInfo) -> datetime | None:
        """The moment it begins, or None for a whole day."""
        return datetime.combine(self.date, self.starts, zone) if self.starts else None

    def end(self, zone: ZoneInfo) -> datetime | None:
        """The moment it ends, or None where no time is given."""
        return datetime.combine(self.until or self.date, self.ends, zone) if self.ends else None
