"""The site's own files: one style sheet made from the theme, the logo, and a small icon in the brand's colour."""

import hashlib
from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse

from newsletter.rendering.images import prepare_image
from newsletter.rendering.rendered import RenderedImage
from newsletter.rendering.templating import fill
from newsletter.workspace import Workspace

_LOGO_WIDTH = 240  # CSS pixels, as at the head of a mail
_FOR_A_YEAR = "public, max-age=31536000, immutable"  # the address changes with the content


def serve_asset(request: HttpRequest, name: str) -> HttpResponse:
    """One of the files."""
    workspace: Workspace = request.META["newsletter.workspace"]
    content, kind = _made(workspace, name)
    answer = HttpResponse(content, content_type=kind)
    answer["Cache-Control"] = _FOR_A_YEAR
    return answer


def wordmark(workspace: Workspace) -> RenderedImage | None:
    """The newsletter's logo, if it has one."""
    theme = workspace.theme
    return prepare_image(workspace.root / theme.logo, _LOGO_WIDTH) if theme.logo else None


def stylesheet_version(workspace: Workspace) -> str:
    """A few letters that change whenever the style sheet does."""
    return hashlib.sha256(_stylesheet(workspace).encode()).hexdigest()[:12]


def _stylesheet(workspace: Workspace) -> str:
    return fill(workspace.theme.root, "web/site/site.css.j2", {"theme": workspace.theme}, plain=True)


def _icon(workspace: Workspace) -> str:
    return fill(workspace.theme.root, "web/site/icon.svg.j2", {"theme": workspace.theme})


_FILES: Mapping[str, tuple[Callable[[Workspace], str], str]] = {
    "site.css": (_stylesheet, "text/css; charset=utf-8"),
    "icon.svg": (_icon, "image/svg+xml"),
}


def _made(workspace: Workspace, name: str) -> tuple[str | bytes, str]:
    if name in _FILES:
        make, kind = _FILES[name]
        return make(workspace), kind
    logo = wordmark(workspace)
    if logo is None or name != logo.name:
        raise Http404
    return logo.content, logo.content_type
