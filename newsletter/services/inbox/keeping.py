"""How long replies are kept: the letters for `[inbox] kept_days`; of an erased person nothing."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.models import QueueItem, QueueState, Reply, ReplyState
from newsletter.services.inbox.letters import forget_letter
from newsletter.workspace import Workspace

_AT_ONCE = 500
_BLANK = {
    "has_letter": False,
    "message_id": "",
    "references": [],
    "sender": "",
    "sender_compared": "",
    "sender_name": "",
    "subject": "",
    "verdict": {},
}


def forget_old_letters(workspace: Workspace, now: datetime | None = None) -> int:
    """Remove letters whose time is over, but for those that still wait for a person; returns how many.

    The row stays without anything personal: an old mailbox that is put back is not acted on again.
    """
    before = (now or timezone.now()) - timedelta(days=workspace.config.inbox.kept_days)
    waiting = (ReplyState.RECEIVED, ReplyState.WAITING)
    return _forget(workspace, Reply.objects.filter(has_letter=True, at__lt=before).exclude(state__in=waiting))


def replies_of(addresses: Collection[str]) -> QuerySet[Reply]:
    """What somebody wrote to us, by their compared addresses, oldest first."""
    return Reply.objects.filter(sender_compared__in=addresses).prefetch_related("steps").order_by("pk")


def forget_replies_of(workspace: Workspace, addresses: Collection[str]) -> int:
    """Remove what somebody wrote to us, because they are erased; returns how many letters. Inside a transaction."""
    return _forget(workspace, replies_of(addresses), erased=True)


def _forget(workspace: Workspace, replies: QuerySet[Reply], *, erased: bool = False) -> int:
    count = 0
    while found := dict(replies.values_list("pk", "fingerprint")[:_AT_ONCE]):
        for fingerprint in found.values():
            transaction.on_commit(partial(forget_letter, workspace, fingerprint))
        items = QueueItem.objects.filter(reply__in=found)
        (items if erased else items.filter(state=QueueState.DONE)).delete()
        closed = {"state": ReplyState.DONE} if erased else {}
        count += Reply.objects.filter(pk__in=found).update(**_BLANK, **closed)
    return count
