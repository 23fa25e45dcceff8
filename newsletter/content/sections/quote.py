"""A quotation that stands alone."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import Markdown, OneLine, Words
from newsletter.content.sections.base import Section


class Quote(Section):
    """Somebody's words, large, with their name and role."""

    type: Literal["quote"]
    text: Markdown = Field(min_length=1, description="The words.")
    by: Words = Field(description="Whose they are.")
    role: OneLine = Field("", description="Their role or organisation.")
