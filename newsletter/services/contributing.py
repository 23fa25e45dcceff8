"""Feedback and news from the pages, kept for staff beside whatever else waits for them."""

from collections.abc import Collection, Mapping
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.models import PostedKind, QueueItem, QueueKind
from newsletter.rendering.rendered import RenderedImage
from newsletter.services.posting import Sender, post
from newsletter.subscribers.addresses import Address
from newsletter.workspace import Workspace


def contribute(
    workspace: Workspace,
    kind: QueueKind,
    sender: Sender,
    *,
    source: str,
    title: str,
    content: Mapping[str, str],
    address: Address | None = None,
    body: str = "",
    picture: RenderedImage | None = None,
) -> bool:
    """Put an item into the staff's queue, once for each `source`. False where this network sent too many."""
    with transaction.atomic():
        if QueueItem.objects.filter(source=source).exists():
            return True
        if not post(workspace, PostedKind.CONTRIBUTE, None, sender):
            return False
        if picture:
            keep_picture(workspace, picture)
        QueueItem.objects.create(
            kind=kind,
            source=source,
            at=timezone.now(),
            title=title[:300],
            content=dict(content),
            address=address.typed if address else "",
            address_compared=address.compared if address else "",
            body=body,
            language=sender.language,
            picture=picture.name if picture else "",
        )
    return True


def contributions_of(addresses: Collection[str]) -> QuerySet[QueueItem]:
    """What somebody sent, by their compared addresses: for what we tell them of themselves."""
    return QueueItem.objects.filter(address_compared__in=addresses).order_by("pk")


def forget_sender(addresses: Collection[str]) -> int:
    """Take somebody's addresses away from what they sent, because they are erased; returns from how much."""
    return contributions_of(addresses).update(address="", address_compared="")


def picture_path(workspace: Workspace, name: str) -> Path:
    """Where a picture that was sent in lies; its name was made of its content, and holds nothing else."""
    return workspace.data / "queue" / name


def keep_picture(workspace: Workspace, picture: RenderedImage) -> None:
    """Write a picture beside the queue, once for its content."""
    path = picture_path(workspace, picture.name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(picture.content)
