"""One visit by a member of staff: who it is, what they may do, and how a page is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token

from newsletter.content.wording import at_moment
from newsletter.errors import ConflictError, InputError, UnavailableError
from newsletter.models import Role, User
from newsletter.rendering.site import Site
from newsletter.rendering.templating import fill
from newsletter.services.modes import is_practice
from newsletter.services.schedules import local
from newsletter.web.studio.assets import version
from newsletter.workspace import Workspace

HOME = "studio/"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PLACES = (("", "This month"),)  # the studio's main menu: path and words
_RANK = {role: number for number, role in enumerate((Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR))}
_NOT_WORDS = ("csrfmiddlewaretoken", "password", "code")  # of what was posted, never shown again


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One request of somebody who is signed in."""

    request: HttpRequest
    workspace: Workspace
    user: User

    @cached_property
    def site(self) -> Site:
        """Addresses of this server's pages."""
        return site_of(self.workspace)

    @property
    def by(self) -> str:
        """The name under which acts are recorded."""
        return self.user.name or self.user.email

    def may(self, role: str) -> bool:
        """Whether this person may do what a role may."""
        return may(self.user, Role(role))

    def show(self, template: str, *, status: int = 200, **values: Any) -> HttpResponse:  # noqa: ANN401
        """A page; nothing of it is kept by browsers."""
        return page(self.request, self.workspace, template, status=status, user=self.user, may=self.may, **values)

    def go(self, path: str = "") -> HttpResponseRedirect:
        """On to a page of the studio, after something was done."""
        answer = HttpResponseRedirect(self.site.root + HOME + path)
        answer.status_code = 303
        return answer

    def tell(self, words: str) -> None:
        """Say what was done, at the head of the next page."""
        messages.success(self.request, words)


def may(user: User, role: Role) -> bool:
    """Each role may do what those before it may."""
    return user.is_active and _RANK[Role(user.role)] >= _RANK[role]


def site_of(workspace: Workspace) -> Site:
    """Addresses of this server's pages, in the language of staff."""
    return Site(publication=workspace.publication, language=workspace.publication.language)


def page(
    request: HttpRequest,
    workspace: Workspace,
    template: str,
    *,
    status: int = 200,
    user: User | None = None,
    **values: Any,  # noqa: ANN401
) -> HttpResponse:
    """A page of the studio, also for somebody who is not signed in."""
    root = site_of(workspace).root
    frame = {
        "publication": workspace.publication,
        "theme": workspace.theme,
        "user": user,
        "may": lambda role: user is not None and may(user, Role(role)),
        "to": lambda path="": root + HOME + path,
        "root": root,
        "places": PLACES,
        "here": request.path_info.removeprefix("/" + HOME),
        "asset": lambda name: f"{root}{HOME}static/{name}?v={version(workspace, name)}",
        "csrf": lambda: get_token(request),
        "told": list(messages.get_messages(request)),
        "practice": is_practice(workspace),
        "when": lambda moment: _when(workspace, moment),
    }
    answer = HttpResponse(fill(None, template, frame | values), status=status)
    answer["Content-Security-Policy"] = POLICY
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _when(workspace: Workspace, moment: datetime | None) -> str:
    return at_moment(local(workspace, moment)) if moment else ""


View = Callable[..., HttpResponseBase]


def staff_page(view: View, role: Role) -> View:
    """Hands a view its shift, if whoever asks is signed in and may do this; else says so, and loses no words."""

    @wraps(view)
    def answer(request: HttpRequest, **parts: str) -> HttpResponseBase:
        workspace: Workspace = request.META["newsletter.workspace"]
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            return _signed_out(request, workspace)
        if not may(user, role):
            return _said(request, workspace, "This is not yours to do", _NEEDS[role], status=403, user=user)
        try:
            return view(Shift(request=request, workspace=workspace, user=user), **parts)
        except InputError as error:
            return _said(request, workspace, "That did not work", str(error), status=400, user=user)
        except ConflictError as error:
            return _said(request, workspace, "That can't be done now", str(error), status=409, user=user)
        except UnavailableError as error:
            return _said(request, workspace, "Something does not answer", str(error), status=503, user=user)

    return answer


_NEEDS: Mapping[Role, str] = {
    Role.EDITOR: "Ask an administrator for an account.",
    Role.APPROVER: "An approver or an administrator can do it. Nothing was changed.",
    Role.ADMINISTRATOR: "An administrator can do it. Nothing was changed.",
}


def _said(
    request: HttpRequest, workspace: Workspace, title: str, words: str, *, status: int, user: User | None
) -> HttpResponse:
    """One sentence on a page, and below it whatever was typed, so that it can be used again."""
    return page(
        request,
        workspace,
        "web/studio/said.html.j2",
        status=status,
        user=user,
        title=title,
        lines=words.splitlines(),
        words=words_of(request),
    )


def _signed_out(request: HttpRequest, workspace: Workspace) -> HttpResponseBase:
    door = f"{site_of(workspace).root}{HOME}sign-in?next={quote(request.path_info.removeprefix('/' + HOME))}"
    if request.method == "GET":
        return HttpResponseRedirect(door)
    return page(request, workspace, "web/studio/signed_out.html.j2", status=403, door=door, words=words_of(request))


def words_of(request: HttpRequest) -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    return [(name, str(value)) for name, value in request.POST.items() if value and not name.startswith(_NOT_WORDS)]
