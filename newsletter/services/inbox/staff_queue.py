"""Replies in the queue that staff work through, beside what came by the pages: one item a reply."""

import re
from collections.abc import Mapping

from django.utils import timezone

from newsletter.models import QueueItem, QueueKind, QueueState, Reply
from newsletter.replies.verdict import Intent, Verdict
from newsletter.services.bodies_of_people import body_of
from newsletter.services.contributing import keep_picture
from newsletter.services.inbox.letters import read_letter
from newsletter.services.inbox.pictures import picture_in
from newsletter.workspace import Workspace

_KINDS: Mapping[Intent, QueueKind] = {
    Intent.CONTRIBUTION: QueueKind.NEWS,
    Intent.FEEDBACK: QueueKind.FEEDBACK,
    Intent.QUESTION: QueueKind.QUESTION,
}
_LINK = re.compile(r"https?://[^\s<>\"')\]]{3,500}")
_PREFIXES = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg|atb)\s*:\s*)+", re.IGNORECASE)
_LONGEST = 20_000


def put_in_queue(
    workspace: Workspace, reply: Reply, verdict: Verdict, *, title: str, is_news: bool = False
) -> QueueItem:
    """The item of a reply, made where there is none. News is laid out as the page for it does."""
    kind = QueueKind.NEWS if is_news else _KINDS.get(verdict.intent or Intent.AMBIGUOUS, QueueKind.REPLY)
    headline = _PREFIXES.sub("", reply.subject).strip()
    item, is_new = QueueItem.objects.get_or_create(
        reply=reply,
        defaults={
            "kind": kind,
            "source": f"reply:{reply.fingerprint}",
            "at": reply.at,
            "title": (title or headline or "A reply")[:300],
            "content": _content(workspace, reply, verdict, headline, kind),
            "address": reply.sender if reply.sender_compared else "",
            "address_compared": reply.sender_compared,
            "body": body_of(workspace, reply.sender_compared),
            "picture": _picture(workspace, reply) if kind == QueueKind.NEWS else "",
        },
    )
    if not is_new and item.kind != kind and is_news:
        item.kind, item.content = kind, _content(workspace, reply, verdict, headline, kind)
        item.picture = _picture(workspace, reply)
        item.state, item.done_at = QueueState.WAITING, None
        item.save(update_fields=["kind", "content", "picture", "state", "done_at"])
    return item


def _picture(workspace: Workspace, reply: Reply) -> str:
    """The name of the picture that came with it."""
    picture = picture_in(read_letter(workspace, reply.fingerprint) or b"")
    if picture:
        keep_picture(workspace, picture)
    return picture.name if picture else ""


def take_from_queue(reply: Reply) -> None:
    """The reply is dealt with, so nothing of it waits any more; news that was filed waits for an issue, and stays."""
    waiting = QueueItem.objects.filter(reply=reply, state=QueueState.WAITING)
    waiting.update(state=QueueState.DONE, done_at=timezone.now())


def _content(workspace: Workspace, reply: Reply, verdict: Verdict, headline: str, kind: QueueKind) -> dict[str, str]:
    text = verdict.reply_text.strip()[:_LONGEST]
    if kind != QueueKind.NEWS:
        return {"text": text}
    link = _LINK.search(text)
    return {
        "headline": headline[:200],
        "text": text,
        "link": link[0].rstrip(".,;") if link else "",
        "alt": "",
        "credit": _credit(workspace, reply, text),
    }


_CREDIT = re.compile(r"^\s*((?:photo|picture|image|text|words|report|credit)s?\s*(?:by|:)\s*.{2,150})$", re.I | re.M)


def _credit(workspace: Workspace, reply: Reply, text: str) -> str:
    """The credit line as they wrote it, else the body that sent it."""
    if written := _CREDIT.search(text):
        return written[1].strip()
    body = body_of(workspace, reply.sender_compared)
    return workspace.bodies[body].name if body else ""
