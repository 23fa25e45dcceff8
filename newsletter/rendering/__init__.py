"""From an issue to bytes: the pipeline, its values, and the MIME message.

Names are loaded when they are first asked for: who only sends reads `rendering.message` and never the renderer
with its MJML compiler and inliner.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.content.variants import Variant
    from newsletter.rendering.pipeline import render, variants
    from newsletter.rendering.rendered import Calendar, Rendered, RenderedImage
    from newsletter.rendering.theme import Publication, Theme

__all__ = ["Calendar", "Publication", "Rendered", "RenderedImage", "Theme", "Variant", "render", "variants"]

_HOMES = {
    "Variant": "newsletter.content.variants",
    "render": "newsletter.rendering.pipeline",
    "variants": "newsletter.rendering.pipeline",
    "Calendar": "newsletter.rendering.rendered",
    "Rendered": "newsletter.rendering.rendered",
    "RenderedImage": "newsletter.rendering.rendered",
    "Publication": "newsletter.rendering.theme",
    "Theme": "newsletter.rendering.theme",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
