"""Every page and hook that `newsletter serve` answers, each with who may use it; Django's URL configuration.

Staff's pages stand below `studio/` and are lines of `studio.table`; readers' pages know neither cookie nor session.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.web.hooks.inbound import receive_reply
from newsletter.web.hooks.views import receive
from newsletter.web.public import contributions, joining, leaving, reading, settings
from newsletter.web.public.assets import serve_asset
from newsletter.web.public.visit import reader_page
from newsletter.web.routes import Access, Route
from newsletter.web.studio.table import STUDIO
from newsletter.workspace import Workspace

handler400 = "newsletter.web.public.failing.senseless"
handler404 = "newsletter.web.public.failing.missing"
handler500 = "newsletter.web.public.failing.broken"


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Whether this process answers and its database does; for whoever watches over it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


class _Language(StringConverter):
    """The prefix of a language, such as `cy`."""

    regex = "[A-Za-z]{2}(?:-[A-Za-z0-9]{2,8})?"


class _Issue(StringConverter):
    """The name of an issue's folder, such as `2025-11`."""

    regex = r"[A-Za-z0-9][\w.-]{0,99}"


class _File(StringConverter):
    """The name of a file of an issue."""

    regex = r"[A-Za-z0-9][\w.-]{0,120}"


register_converter(_Language, "language")
register_converter(_Issue, "issue")
register_converter(_File, "file")


def _read(path: str, view: Callable[..., HttpResponseBase], name: str) -> Route:
    return Route(path=path, view=require_safe(reader_page(view)), name=name, access=Access.OPEN, is_translated=True)


def _form(path: str, view: Callable[..., HttpResponseBase], name: str) -> Route:
    access = Access.LINK if "<str:token>" in path else Access.FORM
    return Route(path=path, view=reader_page(view), name=name, access=access, is_translated=True)


ROUTES = (
    _read("", reading.home, "home"),
    _read("archive/", reading.archive, "archive"),
    _read("archive/<issue:issue>/", reading.edition, "edition"),
    _read("archive/<issue:issue>/share", reading.share, "share"),
    _read("archive/<issue:issue>/message.eml", reading.message, "message"),
    _read("archive/<issue:issue>/images/<file:name>", reading.picture, "picture"),
    _read("archive/<issue:issue>/events/<file:name>", reading.calendar, "calendar"),
    _read("feed", reading.feed, "feed"),
    _read("privacy", reading.text_page("privacy"), "privacy"),
    _read("accessibility", reading.text_page("accessibility"), "accessibility"),
    _form("subscribe", joining.SUBSCRIBE, "subscribe"),
    _form("confirm/<str:token>", joining.CONFIRM, "confirm"),
    _form("settings", settings.ASK, "settings"),
    _form("settings/<str:token>", settings.SETTINGS, "own-settings"),
    _form("settings/<str:token>/address", settings.ADDRESS, "address"),
    _form("settings/<str:token>/leave", settings.GO, "go"),
    _form("move/<str:token>", settings.MOVE, "move"),
    _form("unsubscribe", leaving.UNSUBSCRIBE, "unsubscribe"),
    _form("u/<str:token>", leaving.personal_link, "personal-link"),
    _form("leave/<str:token>", leaving.LEAVE, "leave"),
    _form("undo/<str:token>", leaving.UNDO, "undo"),
    _form("feedback", contributions.FEEDBACK, "feedback"),
    _form("news", contributions.NEWS, "news"),
    Route(path="static/<file:name>", view=require_safe(serve_asset), name="asset", access=Access.OPEN),
    Route(path="healthz", view=health, name="health", access=Access.OPEN),
    Route(
        path="hooks/<slug:provider>/",
        view=require_http_methods(["POST", "HEAD"])(receive),
        name="hook",
        access=Access.PROVED,
    ),
    Route(
        path="hooks/<slug:provider>/inbound/",
        view=require_http_methods(["POST", "HEAD"])(receive_reply),
        name="inbound",
        access=Access.PROVED,
    ),
    *STUDIO,
)


def _patterns() -> Iterable[URLPattern]:
    yield from (path(route.path, route.view, name=route.name) for route in ROUTES)
    for route in ROUTES:
        if route.is_translated:
            yield path(f"<language:language>/{route.path}", route.view, name=f"{route.name}-translated")


urlpatterns = list(_patterns())

_StartResponse = Callable[..., Any]


def application(workspace: Workspace) -> Callable[[dict[str, Any], _StartResponse], Iterable[bytes]]:
    """A WSGI application for one workspace; views find it in the request. Django must be set up for it."""
    handler = WSGIHandler()
    fixed = {"newsletter.workspace": workspace, **place_of(workspace)}

    def answer(environ: dict[str, Any], start_response: _StartResponse) -> Iterable[bytes]:
        return handler({**environ, **fixed}, start_response)

    return answer


def place_of(workspace: Workspace) -> dict[str, str]:
    """Scheme, host and folder of our pages as WSGI names them: what a request says of them is anybody's to write."""
    base = urlsplit(workspace.publication.base_url or "")
    if not base.netloc:
        return {}
    return {"wsgi.url_scheme": base.scheme, "HTTP_HOST": base.netloc, "SCRIPT_NAME": base.path.rstrip("/")}
