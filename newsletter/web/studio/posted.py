"""Pages that only act: opening one by its address does nothing."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse

from newsletter.web.studio.screen import Screen

Act = Callable[..., HttpResponse]


def posted(act: Act) -> Act:
    """A screen that is there for forms alone."""

    @wraps(act)
    def view(screen: Screen, **parts: object) -> HttpResponse:
        if screen.request.method != "POST":
            raise Http404
        return act(screen, **parts)

    return view
