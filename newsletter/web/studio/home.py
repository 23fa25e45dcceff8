"""This month at a glance."""

from django.http import HttpResponse

from newsletter.web.studio.shift import Shift


def home(shift: Shift) -> HttpResponse:
    """The issue in hand, the last mailing, and what waits."""
    return shift.show("web/studio/home.html.j2", latest=shift.workspace.issue_ids()[-1:])
