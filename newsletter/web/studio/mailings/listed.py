"""All mailings, and the people in each part of one's receipt."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse

from newsletter.content.wording import RECEIPT_PARTS, at_moment
from newsletter.models import Mailing
from newsletter.services.receipts import receipt_at_a_glance
from newsletter.services.rosters import roster
from newsletter.services.schedules import local
from newsletter.web.studio.mailings.one import found, whom_in_words
from newsletter.web.studio.screen import Screen

_PER_PAGE = 20


def mailings(screen: Screen) -> HttpResponse:
    """The latest first."""
    rows = Mailing.objects.select_related("edition").order_by("-pk")
    page = Paginator(rows, _PER_PAGE).get_page(screen.request.GET.get("page"))
    shown = [(row, receipt_at_a_glance(row) if row.chosen else None, whom_in_words(screen, row)) for row in page]
    values: dict[str, Any] = {"page": page, "shown": shown}
    return screen.show("web/studio/mailings.html.j2", title="Mailings", **values, local=_in_words(screen))


def _in_words(screen: Screen) -> Callable[[datetime], str]:
    return lambda moment: at_moment(local(screen.workspace, moment))


def part(screen: Screen, number: int, part: str) -> HttpResponse:
    """Who is in a part of the sum."""
    mailing = found(number)
    if part not in RECEIPT_PARTS:
        raise Http404
    listed = roster(mailing, part, screen.request.GET.get("after", ""))
    title = f"Mailing {mailing.pk}: {RECEIPT_PARTS[part]}"
    return screen.show("web/studio/roster.html.j2", title=title, mailing=mailing, part=part, listed=listed)
