"""The newsletter pipeline: write an issue as sections, render it, check it, approve it, send it.

The names exported here are the public Python API: small, typed and promised. Everything else may move.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Issue", "Rendered", "Theme", "Variant", "__version__", "check", "classify", "load_issue", "render"]

if TYPE_CHECKING:
    from newsletter.checks import check
    from newsletter.content.issue import Issue, load_issue
    from newsletter.rendering import Rendered, Theme, Variant, render
    from newsletter.replies import classify

_HOMES = {
    "Issue": "newsletter.content.issue",
    "load_issue": "newsletter.content.issue",
    "Rendered": "newsletter.rendering",
    "Theme": "newsletter.rendering",
    "Variant": "newsletter.rendering",
    "render": "newsletter.rendering",
    "check": "newsletter.checks",
    "classify": "newsletter.replies",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (PEP 562: the attribute may be anything)
    """Import on first use, so that `newsletter --help` loads no renderer."""
    if name not in _HOMES:
        raise AttributeError(f"module 'newsletter' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
