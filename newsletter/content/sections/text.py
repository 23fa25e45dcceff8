"""Plain text."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import Markdown
from newsletter.content.sections.base import Section


class Text(Section):
    """Words under a heading, nothing else."""

    type: Literal["text"]
    text: Markdown = Field(min_length=1, description="The words, in Markdown.")
