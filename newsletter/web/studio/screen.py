"""One request of a member of staff, as screens see it: whose newsletter, who asks, and how a page is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse

from newsletter.content.wording import at_moment
from newsletter.errors import ConflictError, InputError, UnavailableError
from newsletter.models import Role, User
from newsletter.rendering.templating import fill
from newsletter.services.modes import is_practice
from newsletter.services.schedules import local
from newsletter.web.studio.assets import asset_url
from newsletter.web.studio.plainly import plainly
from newsletter.workspace import Workspace

NAVIGATION = (
    ("This month", "studio-home"),
    ("Issues", "studio-issues"),
    ("Mailings", "studio-mailings"),
    ("Replies", "studio-replies"),
    ("People", "studio-people"),
    ("Settings", "studio-settings"),
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'{elsewhere}; base-uri 'none'; frame-ancestors 'none'"
)
# A mail or a page of an issue is shown as a document of its own, in which no script runs and which asks nobody.
_FRAMED = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_NOTICE = "notice"  # where the session keeps what the next page says first

Form = TypeVar("Form", bound=forms.Form)


class SeeOther(HttpResponseRedirect):
    """On to another page, by GET."""

    status_code = 303


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One request; `user` is None before somebody has signed in."""

    request: HttpRequest
    workspace: Workspace
    user: User | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Screen":
        """The screen of a request."""
        user = getattr(request, "user", AnonymousUser())
        return cls(
            request=request,
            workspace=request.META["newsletter.workspace"],
            user=user if isinstance(user, User) else None,
        )

    @property
    def member(self) -> User:
        """Who asks, on pages that nobody reaches without having signed in."""
        assert self.user is not None  # noqa: S101  (the table of routes has seen to it)
        return self.user

    @cached_property
    def practice(self) -> bool:
        """Whether nothing leaves this computer."""
        return is_practice(self.workspace)

    def url(self, name: str, /, **parts: object) -> str:
        """The address of a line of the table."""
        return reverse(name, kwargs=parts or None)

    def find(self, name: str, /, **parts: object) -> str:
        """The same, or nothing where the table has no such line."""
        return _address(name, **parts)

    def form(self, kind: type[Form], *arguments: Any, **options: Any) -> Form:  # noqa: ANN401
        """A form to be shown; or, where it was posted, as it was filled in."""
        request = self.request
        posted = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
        settings: dict[str, Any] = {"label_suffix": "", "use_required_attribute": False, **options, **posted}
        return kind(*arguments, **settings)

    def done(self, form: forms.Form, act: Callable[[], object]) -> bool:
        """Whether a posted form was filled in well and its act done; else the form says what is to be mended."""
        if not form.is_bound or not form.is_valid():
            return False
        try:
            act()
        except (InputError, ConflictError, UnavailableError) as error:
            form.add_error(None, plainly(str(error)))
            return False
        return True

    def go(self, name: str, /, *, notice: str = "", **parts: object) -> HttpResponse:
        """On to another page, which says the notice first."""
        if notice:
            self.request.session[_NOTICE] = notice
        where = self.url(name, **parts)
        if getattr(self.request, "htmx", False):
            return HttpResponse(headers={"HX-Redirect": where})
        return SeeOther(where)

    def show(
        self,
        template: str,
        *,
        title: str,
        status: int = 0,
        **values: Any,  # noqa: ANN401
    ) -> HttpResponse:
        """A page. A form with something to mend makes it 400."""
        form = values.get("form")
        wrong = isinstance(form, forms.BaseForm) and bool(form.errors)
        page = self.fill(template, title=title, **values)
        answer = HttpResponse(page, status=status or (400 if wrong else 200))
        return self.protected(answer)

    def protected(self, answer: HttpResponse) -> HttpResponse:
        """With what every page of the studio says of itself."""
        openid = self.workspace.config.studio.openid
        elsewhere = f" {openid.origin}" if openid else ""  # browsers count where a form is sent on to
        answer["Content-Security-Policy"] = _POLICY.format(elsewhere=elsewhere)
        answer["Referrer-Policy"] = "same-origin"  # a link's token goes to nobody else, and forms say where they stand
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    def fill(self, template: str, **values: Any) -> str:  # noqa: ANN401
        """The words of a page, or of a part of one."""
        frame = {
            "screen": self,
            "publication": self.workspace.publication,
            "csrf": get_token(self.request),
            "notice": "" if getattr(self.request, "htmx", False) else self.request.session.pop(_NOTICE, ""),
            "asset": asset_url,
            "plainly": plainly,
        }
        try:
            return fill(None, template, frame | values)
        except InputError as error:  # a page of ours is broken, whatever was put in: that belongs into the log
            raise RuntimeError(str(error)) from error

    def framed(self, html: str) -> HttpResponse:
        """A mail or a page of an issue, for a frame on one of our pages: whatever it holds, nothing of it runs."""
        answer = HttpResponse(html)
        answer["Content-Security-Policy"] = _FRAMED
        answer["X-Frame-Options"] = "SAMEORIGIN"
        answer["Cache-Control"] = "no-store"
        return answer

    @property
    def navigation(self) -> list[tuple[str, str, bool]]:
        """Words, address, and whether it is here or above here; what the table has no line for is left out."""
        found = [(words, _address(name)) for words, name in NAVIGATION]
        here = self.request.path
        exact = _address("studio-home")
        return [(words, url, here == url or (url != exact and here.startswith(url))) for words, url in found if url]

    def may(self, role: str) -> bool:
        """Whether who asks has a role, or one above it."""
        order = list(Role)
        return self.user is not None and order.index(Role(self.user.role)) >= order.index(Role(role))

    def when(self, moment: datetime) -> str:
        """A moment in words, in the newsletter's zone."""
        return at_moment(local(self.workspace, moment))

    @property
    def public(self) -> str:
        """Where readers' pages begin."""
        return reverse("home")

    @property
    def server(self) -> str:
        """Scheme and host of this request, for links to copy where no public address is set."""
        parts = urlsplit(self.request.build_absolute_uri("/"))
        return f"{parts.scheme}://{parts.netloc}"


def _address(name: str, /, **parts: object) -> str:
    try:
        return reverse(name, kwargs=parts or None)
    except NoReverseMatch:
        return ""
