"""The studio's own files: one style sheet, small scripts, and htmx from the package that keeps it."""

import hashlib
from functools import lru_cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse

from newsletter.bundle import bundle_root
from newsletter.rendering.templating import fill
from newsletter.rendering.theme import Theme
from newsletter.workspace import Workspace

_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FOR_A_YEAR = "private, max-age=31536000, immutable"  # the address changes with the content


def serve_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the files."""
    workspace: Workspace = request.META["newsletter.workspace"]
    answer = HttpResponse(_content(workspace, name), content_type=_KINDS[name.rpartition(".")[2]])
    answer["Cache-Control"] = _FOR_A_YEAR
    return answer


def version(workspace: Workspace, name: str) -> str:
    """A few letters that change whenever the file does."""
    return hashlib.sha256(_content(workspace, name).encode()).hexdigest()[:12]


def _content(workspace: Workspace, name: str) -> str:
    return _style(workspace.theme) if name == "studio.css" else _script(name)


@lru_cache(maxsize=4)
def _style(theme: Theme) -> str:
    return fill(None, "web/studio/studio.css.j2", {"theme": theme}, plain=True)


@lru_cache(maxsize=32)
def _script(name: str) -> str:
    if name == "htmx.js":
        return (files("django_htmx") / "static" / "django_htmx" / "htmx.min.js").read_text(encoding="utf-8")
    path = bundle_root() / "templates" / "web" / "studio" / name
    if name.rpartition(".")[2] not in ("js", "svg") or not path.is_file():
        raise Http404
    return path.read_text(encoding="utf-8")
