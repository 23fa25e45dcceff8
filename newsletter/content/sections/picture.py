"""A picture that stands alone."""

from typing import Literal

from pydantic import Field

from newsletter.content.fields import OptionalHttpUrl
from newsletter.content.sections.base import Image, Section


class Picture(Section):
    """One picture across the whole width."""

    type: Literal["image"]
    image: Image = Field(description="The picture, with alt text and caption.")
    url: OptionalHttpUrl = Field(None, description="Where a click on the picture leads.")
