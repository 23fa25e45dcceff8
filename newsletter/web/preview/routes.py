"""Which address of the preview answers what. Nothing is read from disk by a name that a browser gave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from newsletter.web.preview.board import Board
from newsletter.web.preview.drafts import Draft
from newsletter.web.preview.looks import Choice, look_named
from newsletter.web.preview.page import frame_document, page, script, stylesheet

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_KEEP = {"Cache-Control": "private, max-age=86400, immutable"}  # the name comes from the content


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


NOT_FOUND = Answer(body=b"There is nothing here.\n", content_type="text/plain; charset=utf-8", status=404)


def answer(target: str, board: Board) -> Answer:
    """The answer to GET for a request target, such as `/frame/dark?variant=en`."""
    address = urlsplit(target)
    query = dict(parse_qsl(address.query))
    match unquote(address.path).split("/")[1:]:
        case [""]:
            return _page(query, board)
        case ["page.css"]:
            return Answer(body=stylesheet().encode(), content_type="text/css; charset=utf-8")
        case ["page.js"]:
            return Answer(body=script().encode(), content_type="text/javascript; charset=utf-8")
        case ["frame", "images", name]:
            return _image(board.newest, name)
        case ["frame", "events", name]:
            return _calendar(board.newest, name)
        case ["frame", look]:
            return _frame(board.newest, look, query)
    return NOT_FOUND


def _page(query: Mapping[str, str], board: Board) -> Answer:
    draft = board.newest
    choice = Choice.parse(query, draft.keys)
    board.viewed = choice.variant
    return Answer(body=page(draft, choice).encode(), headers={"Content-Security-Policy": _PAGE_POLICY})


def _frame(draft: Draft, look: str, query: Mapping[str, str]) -> Answer:
    document = frame_document(draft, Choice.parse({**query, "look": look}, draft.keys)) if look_named(look) else None
    if document is None:
        return NOT_FOUND
    # Blocking them in the browser shows what readers get then: the alt text in the picture's place.
    policy = _FRAME_POLICY.format(images="'none'" if look == "images-off" else "'self'")
    return Answer(body=document.encode(), headers={"Content-Security-Policy": policy})


def _image(draft: Draft, name: str) -> Answer:
    for mail in draft.mails.values():
        for image in mail.images:
            if image.name == name:
                return Answer(body=image.content, content_type=image.content_type, headers=_KEEP)
    return NOT_FOUND


def _calendar(draft: Draft, name: str) -> Answer:
    for mail in draft.mails.values():
        for calendar in mail.calendars:
            if calendar.name == name:
                return Answer(body=calendar.content, content_type="text/calendar; charset=utf-8")
    return NOT_FOUND
