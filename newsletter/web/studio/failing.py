"""What staff see where a form came back without the studio's own field, from an old page or from a stranger."""

from django.http import HttpRequest, HttpResponse

from newsletter.web.studio.shift import page, words_of
from newsletter.workspace import Workspace


def not_ours(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's own name)
    """403; nothing was done, and what was typed is shown again."""
    workspace: Workspace = request.META["newsletter.workspace"]
    return page(
        request,
        workspace,
        "web/studio/said.html.j2",
        status=403,
        title="Nothing was done",
        lines=["This form was opened before you signed in, or does not come from the studio. Open its page again."],
        words=words_of(request),
    )
