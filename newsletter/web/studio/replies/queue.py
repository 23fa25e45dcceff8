"""The queue: what must reach a person first, a card for each reply, and what came by the public forms beside them."""

from django.core.paginator import Paginator
from django.http import HttpResponse

from newsletter.models import QueueItem, Reply
from newsletter.services.inbox.shelves import SHELVES, SORTS, counts, found_at, places
from newsletter.services.inbox.showing import Shown, shown
from newsletter.services.inbox.together import obvious
from newsletter.services.inbox.trust import offers
from newsletter.web.studio.replies.places import Standing
from newsletter.web.studio.screen import Screen
from newsletter.workspace import Workspace

_A_PAGE = 10


def queue(screen: Screen) -> HttpResponse:
    """One page of one shelf."""
    standing = Standing.of(screen.request.GET.dict())
    is_waiting, counted = standing.shelf == "waiting", counts(standing.shelf)
    pages = Paginator(places(standing.shelf, standing.sort), _A_PAGE)
    if is_waiting:
        pages.count = counted.get(standing.sort, 0)
    page = pages.get_page(standing.page)
    entries = [_laid_out(screen.workspace, row) for row in found_at(list(page.object_list))]
    return screen.show(
        "web/studio/replies/queue.html.j2",
        title="Replies",
        standing=standing,
        page=page,
        entries=entries,
        shelves=SHELVES,
        sorts=SORTS,
        counts={name: count for name, count in counted.items() if name},
        settled=[shown(screen.workspace, reply) for reply in _settled(standing)],
        groups=obvious() if is_waiting and not standing.sort else (),
        offers=offers() if is_waiting and screen.may("approver") else {},
    )


def _laid_out(workspace: Workspace, row: Reply | QueueItem) -> Shown | QueueItem:
    return shown(workspace, row) if isinstance(row, Reply) else row


def _settled(standing: Standing) -> list[Reply]:
    """Those that were just dealt with, so that a slip is taken back where it happened."""
    found = Reply.objects.in_bulk(standing.settled)
    return [found[number] for number in standing.settled if number in found]
