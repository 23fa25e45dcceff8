"""Tells staff by mail what they should know at once: the unusual once a day for each kind, and in the queue as well."""

from collections.abc import Mapping
from datetime import datetime

from newsletter.content.wording import at_moment
from newsletter.models import AutomaticKind, Edition, QueueItem, QueueKind, User
from newsletter.services.outgoing import queue
from newsletter.services.schedules import local
from newsletter.workspace import Workspace

WHAT: Mapping[str, str] = {
    "network": "One network sends more requests than people do, and is asked to write to us instead.",
    "body": "Unusually many readers of one body were taken off by a typed address. The next ones are asked first.",
    "burst": "Unusually many readers of one body left by their mail program. A scanner may have pressed its button.",
    "domain": "Unusually many people of one mail domain ask to join. Their mails leave more slowly.",
    "sender": "One address sends more mails than a person does. The next ones of today are put away without an answer.",
    "overall": "Unusually many people ask for mails of ours. They leave more slowly.",
}


def raise_alert(workspace: Workspace, what: str, now: datetime) -> bool:
    """Tell it, inside the transaction in which it was seen; False where it was told today."""
    source = f"alert:{what}:{now:%Y-%m-%d}"
    _item, is_new = QueueItem.objects.get_or_create(
        source=source, defaults={"kind": QueueKind.ALERT, "at": now, "title": WHAT[what]}
    )
    if is_new:
        queue(workspace, AutomaticKind.ALERT, team_inbox(workspace), cause=source, what=WHAT[what])
    return is_new


def tell_team_of_lone_approval(
    workspace: Workspace, edition: Edition, person: str, why: str, leaves_from: datetime, *, but: User | None
) -> None:
    """Tell everybody with an account, and the team's own address, inside the transaction of the approval."""
    accounts = User.objects.filter(is_active=True)
    others = accounts.exclude(pk=but.pk) if but else accounts
    addresses = dict.fromkeys([team_inbox(workspace), *others.values_list("email", flat=True)])
    for number, address in enumerate(addresses, 1):
        queue(
            workspace,
            AutomaticKind.ALONE,
            address,
            cause=f"alone:{edition.pk}:{number}",
            issue=edition.issue_id,
            person=person,
            why=why,
            when=at_moment(local(workspace, leaves_from)),
        )


def team_inbox(workspace: Workspace) -> str:
    return workspace.config.pages.alerts or workspace.publication.reply_address
