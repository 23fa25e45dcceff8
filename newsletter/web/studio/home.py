"""This month at a glance."""

from django.http import Http404, HttpResponse

from newsletter.services.this_month import this_month
from newsletter.web.studio.screen import Screen


def home(screen: Screen) -> HttpResponse:
    """The first page. What is to fix in the issue comes a moment later where that is not known yet."""
    month = this_month(screen.workspace, count="count" in screen.request.GET)
    return screen.show("web/studio/home.html.j2", title="This month", month=month)


def needs(screen: Screen) -> HttpResponse:
    """What the issue in hand still needs, as a part of that page."""
    month = this_month(screen.workspace)
    if month.issue is None or month.issue.broken:
        raise Http404
    part = screen.fill("web/studio/needs.html.j2", month=month)
    return screen.protected(HttpResponse(part))
