"""From an issue to bytes: the pipeline, its values, and the MIME message."""

from newsletter.content.variants import Variant
from newsletter.rendering.pipeline import render, variants
from newsletter.rendering.rendered import Calendar, Rendered, RenderedImage
from newsletter.rendering.theme import Publication, Theme

__all__ = ["Calendar", "Publication", "Rendered", "RenderedImage", "Theme", "Variant", "render", "variants"]
