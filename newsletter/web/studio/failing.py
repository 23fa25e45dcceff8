"""What staff see where something is not to be had: nothing was done, nothing they typed is lost, one clear sentence."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode

from newsletter.errors import ConflictError, InputError, UnavailableError
from newsletter.web.studio.plainly import plainly
from newsletter.web.studio.screen import Screen, SeeOther

_SECRET = ("csrfmiddlewaretoken", "password", "code")  # what must not be shown again
_EXPIRED = (
    "You were signed out, so nothing was saved. What you typed stands below: sign in in a new tab, come back to your "
    "page there, and put it in again."
)
_STATUS = {InputError: 400, ConflictError: 409, UnavailableError: 503}
_FORGED = (
    "This page was opened before you last signed in, so nothing was saved. What you typed stands below: open the page "
    "again and put it in there."
)


def sign_in_first(screen: Screen) -> HttpResponse:
    """To the sign-in page and back; but what somebody has typed when their session ended is shown to them again."""
    if screen.request.method == "POST" or getattr(screen.request, "htmx", False):
        return _kept(screen, 401, "You were signed out", _EXPIRED)
    way_back = urlencode({"next": screen.request.get_full_path()})
    return SeeOther(f"{screen.url('account_login')}?{way_back}")


def not_yours(screen: Screen) -> HttpResponse:
    """403: the role is another, perhaps since a moment ago."""
    line = "Your role does not let you do this, so nothing was changed. An administrator can give you another one."
    return _kept(screen, 403, "This is not open to you", line)


def not_our_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's own names)
    """403: a form without our mark; most often one that was opened before the last sign-in."""
    return _kept(Screen.of(request), 403, "This page is out of date", _FORGED)


def too_large(screen: Screen) -> HttpResponse:
    """413, without a look at what was sent; the browser still has the form."""
    line = "That is more than 12 megabytes, so nothing was saved. Go back, and choose a smaller file or picture."
    return screen.show("web/studio/said.html.j2", title="That is too large", status=413, lines=[line])


def by_button_alone(screen: Screen, methods: Sequence[str]) -> HttpResponse:
    """405: what a button does is nothing to be looked at."""
    answer = _kept(screen, 405, "There is nothing to see here", "This address is for a button. Nothing was changed.")
    answer["Allow"] = ", ".join(methods)
    return answer


def missing(screen: Screen) -> HttpResponse:
    """404."""
    return _kept(screen, 404, "This page is not here", "The address may be mistyped, or what it showed was removed.")


def impossible(screen: Screen, error: InputError | ConflictError | UnavailableError) -> HttpResponse:
    """What a service said."""
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    return _kept(screen, status, "That did not work", plainly(str(error)))


def _kept(screen: Screen, status: int, title: str, line: str) -> HttpResponse:
    if getattr(screen.request, "htmx", False):
        part = screen.fill("web/studio/said_part.html.j2", title=title, lines=[line])
        return HttpResponse(part, status=status)
    typed = list(_typed(screen.request))
    return screen.show("web/studio/said.html.j2", title=title, status=status, lines=[line], typed=typed)


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists() if request.method == "POST" else ():
        if not any(word in name for word in _SECRET):
            yield from ((name, str(value)) for value in values if str(value).strip())
