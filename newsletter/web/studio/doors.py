"""Coming in by a one-time link, and going out."""

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from newsletter.services.accounts import account_of, note_entry
from newsletter.web.studio.shift import HOME, Shift, page, site_of
from newsletter.workspace import Workspace

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def enter(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and changes nothing, because mail scanners follow links; POST signs in, once."""
    workspace: Workspace = request.META["newsletter.workspace"]
    account = account_of(token)
    if account is None:
        return page(request, workspace, "web/studio/stale_link.html.j2", status=410)
    if request.method != "POST":
        return page(request, workspace, "web/studio/enter.html.j2", account=account)
    login(request, account, backend=_BACKEND)  # a new session: one that was planted before is worth nothing
    note_entry(account)
    return HttpResponseRedirect(site_of(workspace).root + HOME)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Where somebody who is not signed in is sent."""
    workspace: Workspace = request.META["newsletter.workspace"]
    return page(request, workspace, "web/studio/sign_in.html.j2")


def leave(shift: Shift) -> HttpResponse:
    """Sign out."""
    logout(shift.request)
    return shift.go("sign-in")
