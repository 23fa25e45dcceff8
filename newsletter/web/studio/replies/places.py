"""Where somebody stands in the queue, as the address of the page says it; forms carry it along and lead back there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict

from newsletter.models import QueueItem, Reply
from newsletter.services.inbox.shelves import SHELVES, SORTS
from newsletter.web.studio.screen import Screen

_MOST = 50  # that a page says were just dealt with


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Shelf, sort and page; and what was just dealt with, to be taken back from there."""

    shelf: str = "waiting"
    sort: str = ""
    page: int = 1
    settled: tuple[int, ...] = ()

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Standing":
        """Read it from an address; what it does not know is left out."""
        return cls(
            shelf=asked.get("shelf", "") if asked.get("shelf", "") in SHELVES else "waiting",
            sort=asked.get("sort", "") if asked.get("sort", "") in SORTS else "",
            page=number_in(asked.get("page", "")) or 1,
            settled=tuple(filter(None, map(number_in, asked.get("settled", "").split(",")[:_MOST]))),
        )

    def query(self, *, page: int | None = None, **changed: str) -> str:
        """For the end of an address; the page begins anew unless it is given."""
        values = {"shelf": self.shelf, "sort": self.sort, "page": str(page) if page and page > 1 else "", **changed}
        return urlencode({name: value for name, value in values.items() if value and value != "waiting"}, safe=",")


def number_in(text: str) -> int:
    """A row's number as somebody's browser sends it; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def back_to(screen: Screen, *, settled: Iterable[int] = ()) -> HttpResponse:
    """Back to the place in the queue that a form was sent from."""
    standing = Standing.of(QueryDict(str(screen.request.POST.get("back", ""))).dict())
    numbers = tuple(settled)
    query = standing.query(page=standing.page, settled=",".join(map(str, numbers)))
    mark = f"#reply-{numbers[0]}" if numbers else ""
    where = f"{screen.url('studio-replies')}{'?' if query else ''}{query}{mark}"
    return HttpResponse(status=303, headers={"Location": where})


def reply_at(number: int) -> Reply:
    """A reply by its number. Raises Http404."""
    reply = Reply.objects.filter(pk=number).first()
    if reply is None:
        raise Http404
    return reply


def item_at(number: int) -> QueueItem:
    """An item by its number. Raises Http404."""
    item = QueueItem.objects.select_related("user", "reply").filter(pk=number).first()
    if item is None:
        raise Http404
    return item
