"""Tells staff of something unusual on the public pages: once a day for each kind, in the queue and by mail."""

from collections.abc import Mapping
from datetime import datetime

from newsletter.models import AutomaticKind, QueueItem, QueueKind
from newsletter.services.outgoing import queue
from newsletter.workspace import Workspace

WHAT: Mapping[str, str] = {
    "network": "One network sends more requests than people do, and is asked to write to us instead.",
    "body": "Unusually many readers of one body were taken off by a typed address. The next ones are asked first.",
    "burst": "Unusually many readers of one body left by their mail program. A scanner may have pressed its button.",
    "domain": "Unusually many people of one mail domain ask to join. Their mails leave more slowly.",
    "overall": "Unusually many people ask for mails of ours. They leave more slowly.",
}


def raise_alert(workspace: Workspace, what: str, now: datetime) -> bool:
    """Tell it, inside the transaction in which it was seen; False where it was told today."""
    source = f"alert:{what}:{now:%Y-%m-%d}"
    _item, is_new = QueueItem.objects.get_or_create(
        source=source, defaults={"kind": QueueKind.ALERT, "at": now, "title": WHAT[what]}
    )
    if is_new:
        staff = workspace.config.pages.alerts or workspace.publication.reply_address
        queue(workspace, AutomaticKind.ALERT, staff, cause=source, what=WHAT[what])
    return is_new
