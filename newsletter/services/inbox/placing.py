"""News that waits becomes an item of an issue: its text, link, picture, credit line and body, as a person left them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from newsletter.content.forms.words import places
from newsletter.errors import InputError
from newsletter.models import Mailing, QueueItem, User
from newsletter.services.contributing import picture_path
from newsletter.services.editing.changing import put
from newsletter.services.editing.parts import PartRef, find, words_in
from newsletter.services.editing.picturing import add_picture
from newsletter.services.editing.saving import save
from newsletter.services.inbox.items import finish_item
from newsletter.workspace import Workspace

_NEWS = "news"  # the section type that takes it


@dataclass(frozen=True, kw_only=True)
class NewsItem:
    """One piece of news as it goes into the issue."""

    text: str  # Markdown
    link: str = ""
    link_words: str = ""  # what the link is read by
    body: str = ""  # id in subscribers/bodies.toml
    with_picture: bool = False
    alt: str = ""
    credit: str = ""  # below the picture, or as the last line where there is none


def open_issues(workspace: Workspace) -> list[str]:
    """Issues of which nothing has been sent, the latest month first, and last those that are for trying things out."""
    sent = set(Mailing.objects.filter(started_at__isnull=False).values_list("edition__issue_id", flat=True))
    names = [name for name in reversed(workspace.issue_ids()) if name not in sent]
    return sorted(names, key=lambda name: not name[:4].isdigit())


def has_picture(workspace: Workspace, item: QueueItem) -> bool:
    """Whether a picture was sent along, and is still kept."""
    return bool(item.picture) and picture_path(workspace, item.picture).is_file()


@transaction.atomic
def place(workspace: Workspace, item: QueueItem, issue_id: str, news: NewsItem, *, by: User) -> PartRef:
    """Add it to the news of an issue, and it waits no more; returns the section.

    Raises InputError for what the issue can't take, ConflictError where a colleague was quicker. Then nothing is done.
    """
    if issue_id not in open_issues(workspace):
        raise InputError("Choose an issue that has not been sent.")
    finish_item(item.pk, by=by, what=f"put news into {issue_id}")
    file = _picture(workspace, item, issue_id) if news.with_picture else ""

    def change(data: Any) -> PartRef:  # noqa: ANN401  (a YAML tree)
        ref = _section(data)
        words = {} if ref.is_new else words_in(ref, find(data, ref))
        number = max(places(words, "items"), default=-1) + 1
        added = {f"items.{number}.{name}": [text] for name, text in _words(news, file).items() if text}
        return put(data, ref, words | added)

    _, ref = save(workspace, issue_id, change, by=by.name, why="news put in from the replies")
    return ref


def _section(data: Any) -> PartRef:  # noqa: ANN401
    """The first section of news that readers see, else one still to be made."""
    shown = (node for node in data.get("sections") or () if node.get("type") == _NEWS and not node.get("hidden"))
    first = next(shown, None)
    return PartRef(kind="sections", type=_NEWS) if first is None else PartRef(kind="sections", id=str(first["id"]))


def _words(news: NewsItem, file: str) -> Mapping[str, str]:
    lone_credit = f"\n\n*{news.credit}*" if news.credit and not file else ""
    picture = {"image.file": file, "image.alt": news.alt, "image.caption": news.credit} if file else {}
    return {
        "text": news.text + lone_credit,
        "bodies": news.body,
        "link.url": news.link,
        "link.text": news.link_words if news.link else "",
        **picture,
    }


def _picture(workspace: Workspace, item: QueueItem, issue_id: str) -> str:
    if not has_picture(workspace, item):
        raise InputError("The picture that was sent is not kept any more; put the news in without it.")
    raw = picture_path(workspace, item.picture).read_bytes()
    return add_picture(workspace, issue_id, raw, item.title or "picture").file
