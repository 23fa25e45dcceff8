"""This month at a glance."""

from django.http import HttpResponse

from newsletter.services.this_month import this_month
from newsletter.web.studio.screen import Screen


def home(screen: Screen) -> HttpResponse:
    """The first page."""
    return screen.show("web/studio/home.html.j2", title="This month", month=this_month(screen.workspace))
