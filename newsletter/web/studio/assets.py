"""The studio's own styles, scripts and pictures, and htmx as django-htmx carries it: all from this server."""

import hashlib
from functools import lru_cache
from pathlib import Path

import django_htmx
from django.http import Http404, HttpResponse
from django.urls import reverse

from newsletter.bundle import bundle_root

_FOR_A_YEAR = "private, max-age=31536000, immutable"  # the address changes with the content
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HTMX = "htmx.js"


def serve_asset(_request: object, name: str) -> HttpResponse:
    """One of the files."""
    path = _path(name)
    if path.suffix not in _KINDS or not path.is_file():
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type=_KINDS[path.suffix])
    answer["Cache-Control"] = _FOR_A_YEAR
    return answer


def asset_url(name: str) -> str:
    """The address of a file; changes whenever the file does."""
    path = _path(name)
    return f"{reverse('studio-asset', kwargs={'name': name})}?{_version(path, path.stat().st_mtime_ns)}"


@lru_cache(maxsize=64)
def _version(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _path(name: str) -> Path:
    if name == _HTMX:
        return Path(django_htmx.__file__).with_name("static") / "django_htmx" / "htmx-2.min.js"
    return bundle_root() / "templates" / "web" / "studio" / "assets" / name
