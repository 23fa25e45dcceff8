"""What stands before every page of the studio: a session, who it is, whether they may, and that the form is ours.

It is put around the views of the table, not into Django's settings, so readers' pages cannot get a session by mistake.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from allauth.account.middleware import AccountMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django_htmx.middleware import HtmxMiddleware

from newsletter.errors import ConflictError, InputError, UnavailableError
from newsletter.models import Role, User
from newsletter.services.second_factor import needs_code
from newsletter.web.routes import STAFF, Access
from newsletter.web.studio import failing
from newsletter.web.studio.screen import Screen

View = Callable[..., HttpResponseBase]  # (screen, **parts of the path)

MAY = {
    Access.EDITOR: frozenset(Role),
    Access.APPROVER: frozenset({Role.APPROVER, Role.ADMINISTRATOR}),
    Access.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),
}


def guarded(
    view: View, access: Access, methods: Sequence[str] = ("GET", "HEAD", "POST")
) -> Callable[..., HttpResponseBase]:
    """A view as Django calls it, for those alone whom `access` names."""

    @csrf_protect
    def checked(request: HttpRequest, **parts: str) -> HttpResponseBase:
        screen = Screen.of(request)
        refusal = _refusal(screen, access)
        if refusal is None and request.method not in methods:
            refusal = failing.by_button_alone(screen, methods)
        return _drawn(screen, refusal if refusal is not None else view(screen, **parts))

    def admitted(request: HttpRequest, **parts: str) -> HttpResponseBase:
        # Before the check, which reads the form: Django would leave out a file without a word.
        too_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        return failing.too_large(Screen.of(request)) if too_large else checked(request, **parts)

    def answer(request: HttpRequest, **parts: str) -> HttpResponseBase:
        given = _behind(lambda inner: _caught(lambda: admitted(inner, **parts), inner))(request)
        given.headers.setdefault("Cache-Control", "no-store")  # also what is no page: ways to go on, answers to scripts
        return given

    return csrf_exempt(answer)  # of the check in Django's settings, which is not there: `checked` makes it


class _StudioSession(SessionMiddleware):
    """A session whose cookie goes to staff's pages alone, and over https alone where that is how they are reached."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        for cookie in answer.cookies.values():
            cookie["path"] = f"{request.META.get('SCRIPT_NAME', '')}/studio/"
            cookie["secure"] = request.is_secure()
        return answer


def _behind(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    layers: tuple[Callable[..., Any], ...] = (
        HtmxMiddleware,
        AccountMiddleware,
        AuthenticationMiddleware,
        _StudioSession,
    )
    return reduce(lambda inner, layer: layer(inner), layers, view)


def _refusal(screen: Screen, access: Access) -> HttpResponseBase | None:
    """Why somebody may not enter, as a page or a way to go on; None where they may."""
    if access in (Access.DOOR, Access.LINK):
        return None
    if not isinstance(screen.user, User):
        return failing.sign_in_first(screen)
    if access in STAFF and screen.user.role not in MAY[access]:
        return failing.not_yours(screen)
    if access in STAFF and needs_code(screen.user):
        return screen.go("mfa_activate_totp")
    return None


def _drawn(screen: Screen, answer: HttpResponseBase) -> HttpResponseBase:
    """Pages of the sign-in library are drawn here already: the mark of their forms is part of the session."""
    return screen.protected(answer.render()) if isinstance(answer, TemplateResponse) else answer


def _caught(view: Callable[[], HttpResponseBase], request: HttpRequest) -> HttpResponseBase:
    """What went wrong as one clear sentence; an error of ours goes on to the log."""
    try:
        return view()
    except Http404:
        return failing.missing(Screen.of(request))
    except PermissionDenied:
        return failing.not_yours(Screen.of(request))
    except (InputError, ConflictError, UnavailableError) as error:
        return failing.impossible(Screen.of(request), error)
