"""Every page and hook that `newsletter serve` answers, each with who may use it; Django's URL configuration."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.web.hooks.views import receive
from newsletter.workspace import Workspace


class Access(StrEnum):
    """Who may use a route."""

    OPEN = "open"  # anybody; reads alone, and tells nothing of people
    PROVED = "proved"  # a provider, by its signature or a shared secret


@dataclass(frozen=True, kw_only=True)
class Route:
    """One line of the table."""

    path: str
    view: Callable[..., HttpResponseBase]
    name: str
    access: Access


@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """Whether this process answers and its database does; for whoever watches over it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


ROUTES = (
    Route(path="healthz", view=health, name="health", access=Access.OPEN),
    Route(
        path="hooks/<slug:provider>/",
        view=require_http_methods(["POST", "HEAD"])(receive),
        name="hook",
        access=Access.PROVED,
    ),
)

urlpatterns = [path(route.path, route.view, name=route.name) for route in ROUTES]

_StartResponse = Callable[..., Any]


def application(workspace: Workspace) -> Callable[[dict[str, Any], _StartResponse], Iterable[bytes]]:
    """A WSGI application for one workspace; views find it in the request. Django must be set up for it."""
    handler = WSGIHandler()

    def answer(environ: dict[str, Any], start_response: _StartResponse) -> Iterable[bytes]:
        return handler({**environ, "newsletter.workspace": workspace}, start_response)

    return answer
