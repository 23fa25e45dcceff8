"""What came by the public forms, and news that waits for its issue: its page, its picture, what is done with it."""

from django.http import Http404, HttpResponse

from newsletter.errors import InputError
from newsletter.models import User
from newsletter.services.contributing import picture_path
from newsletter.services.inbox.items import finish_item, hand_item, reopen_item
from newsletter.web.studio.replies.deciding import HandForm
from newsletter.web.studio.replies.places import back_to, item_at
from newsletter.web.studio.screen import Screen

_KINDS = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp"}


def item(screen: Screen, number: int) -> HttpResponse:
    """Its page."""
    row = item_at(number)
    title = row.title or "From the pages"
    return screen.show("web/studio/replies/item.html.j2", title=title, item=row, hand=screen.form(HandForm))


def picture(screen: Screen, number: int) -> HttpResponse:
    """The picture that was sent along; it was drawn anew when it came."""
    row = item_at(number)
    path = picture_path(screen.workspace, row.picture) if row.picture else None
    if path is None or path.suffix not in _KINDS or not path.is_file():
        raise Http404
    return screen.protected(HttpResponse(path.read_bytes(), content_type=_KINDS[path.suffix]))


def decide_item(screen: Screen, number: int) -> HttpResponse:
    """It is dealt with, or waits again."""
    item_at(number)
    if screen.request.POST.get("do") == "undo":
        reopen_item(number, by=screen.member)
        return screen.go("studio-reply-item", number=number, notice="It waits again.")
    finish_item(number, by=screen.member)
    return back_to(screen)


def hand_item_on(screen: Screen, number: int) -> HttpResponse:
    """To a colleague."""
    item_at(number)
    form = screen.form(HandForm)
    if not form.is_valid():
        raise InputError("Choose a colleague from the list.")
    colleague = User.objects.get(email=form.cleaned_data["colleague"])
    hand_item(number, colleague, by=screen.member)
    return screen.go("studio-reply-item", number=number, notice=f"It waits for {colleague.name}.")
