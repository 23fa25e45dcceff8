"""What readers see where a page is missing, a request makes no sense, or something of ours broke."""

import logging
import sys
import traceback
from html import escape
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import is_valid_path

from newsletter.content.wording import phrase
from newsletter.rendering.site import Site
from newsletter.web.public.form_page import ALL_ISSUES, Said, say
from newsletter.web.public.visit import reader_page
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_MISSING = Said(
    title=phrase("This page is not here"),
    lines=(phrase("The address may be mistyped, or the page was moved."),),
    links=(ALL_ISSUES,),
    status=404,
)
_SENSELESS = Said(
    title=phrase("That did not work"),
    lines=(phrase("What your browser sent could not be read. Please go back and try again."),),
    links=(ALL_ISSUES,),
    status=400,
)
_BROKEN = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Something went wrong</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="{root}/{style}"></head>
<body><main class="wide page"><h1>Something went wrong</h1>
<p>Something went wrong here, and nothing was changed. Please go back and try again, or write to us.</p>
<p><a href="{root}/{begin}">Begin again</a></p></main></body></html>
"""
_STYLES = {"": "static/site.css", "studio/": "studio/static/studio.css"}  # by where a page begins


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  (Django's own names)
    """404; but who leaves out the slash at an address's end, or adds one, is led to the page."""
    path = request.path_info.lstrip("/")
    other = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    if request.method in ("GET", "HEAD") and is_valid_path(f"/{other}"):
        workspace: Workspace = request.META["newsletter.workspace"]
        site = Site(publication=workspace.publication, language=workspace.publication.language)
        return HttpResponsePermanentRedirect(quote(site.page(other)))
    return _shown(request, _MISSING)


def senseless(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """400."""
    return _shown(request, _SENSELESS)


def broken(request: HttpRequest) -> HttpResponse:
    """500, in as few steps as possible: whatever broke may break this page too.

    The log names the route and the kind of error; the path may hold a token, and the error's text an address.
    """
    kind, _error, trace = sys.exc_info()
    place = traceback.extract_tb(trace)[-1:] if trace else []
    where = f"{place[0].filename}:{place[0].lineno}" if place else ""
    name = request.resolver_match.view_name if request.resolver_match else "no route"
    logger.error("the page %s failed: %s at %s", name, kind.__name__ if kind else "", where)
    begin = "studio/" if request.path_info.startswith("/studio") else ""
    root = escape(str(request.META.get("SCRIPT_NAME", "")))
    return HttpResponse(_BROKEN.format(root=root, begin=begin, style=_STYLES[begin]), status=500)


def _shown(request: HttpRequest, said: Said) -> HttpResponse:
    answer = reader_page(lambda visit: say(visit, said))(request)
    assert isinstance(answer, HttpResponse)  # noqa: S101
    return answer
