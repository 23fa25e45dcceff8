"""The section types. A new one is a class in a file of its own, a line here, and its partials in `templates/`."""

from typing import Annotated

from pydantic import Field

from newsletter.content.sections.base import Image, Item, Link, Part, Quotation, Section, Strict
from newsletter.content.sections.callout import Callout
from newsletter.content.sections.events import Events
from newsletter.content.sections.feature import Feature
from newsletter.content.sections.feedback import Feedback
from newsletter.content.sections.letter import Letter
from newsletter.content.sections.news import News
from newsletter.content.sections.picture import Picture
from newsletter.content.sections.quote import Quote
from newsletter.content.sections.resources import Resources
from newsletter.content.sections.social import Social
from newsletter.content.sections.spotlights import Spotlights
from newsletter.content.sections.text import Text
from newsletter.content.sections.updates import Updates

AnySection = Annotated[
    Letter
    | Updates
    | Callout
    | Feature
    | Spotlights
    | News
    | Events
    | Resources
    | Feedback
    | Social
    | Quote
    | Picture
    | Text,
    Field(discriminator="type"),
]
SECTION_TYPES: dict[str, type[Section]] = {
    "letter": Letter,
    "updates": Updates,
    "callout": Callout,
    "feature": Feature,
    "spotlights": Spotlights,
    "news": News,
    "events": Events,
    "resources": Resources,
    "feedback": Feedback,
    "social": Social,
    "quote": Quote,
    "image": Picture,
    "text": Text,
}

__all__ = ["SECTION_TYPES", "AnySection", "Image", "Item", "Link", "Part", "Quotation", "Section", "Strict"]
