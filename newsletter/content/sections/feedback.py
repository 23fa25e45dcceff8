"""The closing words."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import Markdown, OneLine
from newsletter.content.sections.base import Link, Section


class Feedback(Section):
    """Closing words, with a link to write to the team and one to say what readers think."""

    type: Literal["feedback"]
    heading: OneLine = Field("Thank you for reading", description="Heading.")
    text: Markdown = Field(min_length=1, description="Closing words.")
    contact: Link | None = Field(None, description="How to write to the team.")
    feedback: Link | None = Field(None, description="Where to say what was good or bad.")
