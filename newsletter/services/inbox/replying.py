"""A person of the team answers a reply: their own words, or one of the answers that are written ready.

It leaves as any short mail of ours, threaded below what it answers, and not marked as a program's.
"""

from collections.abc import Mapping

from django.db import transaction

from newsletter.errors import ConflictError, InputError
from newsletter.models import Act, AutomaticKind, Reply, ReplyState, StepKind, User
from newsletter.rendering.templating import fill
from newsletter.replies.authentication import Authenticity
from newsletter.services.inbox.desk import find_reply
from newsletter.services.inbox.handling import write_step
from newsletter.services.inbox.staff_queue import take_from_queue
from newsletter.services.outgoing import queue
from newsletter.services.subscribing import said_by
from newsletter.workspace import Workspace

# What a person may choose, and where it is written; a workspace's own file of that name goes before ours.
ANSWERS: Mapping[str, str] = {
    "joining": "answers/joining.txt.j2",
    "on-the-list": "answers/on-the-list.txt.j2",
    "thanks": "answers/thanks.txt.j2",
    "passed-on": "answers/passed-on.txt.j2",
}
_LONGEST = 10_000


def written_answer(workspace: Workspace, reply: Reply, name: str) -> str:
    """The text of an answer that is written ready, for a person to change before it leaves. InputError for no such."""
    if name not in ANSWERS:
        raise InputError(f"There is no answer '{name}'; there are: {', '.join(ANSWERS)}.")
    first_name = reply.sender_name.split()[0].strip(",") if reply.sender_name.strip() else ""
    values = {"name": first_name, "publication": workspace.publication, "reply": reply}
    return fill(workspace.root, ANSWERS[name], values, plain=True).strip()


@transaction.atomic
def answer(workspace: Workspace, number: int, text: str, *, by: str, user: User | None = None) -> None:
    """Send an answer, and the reply is dealt with.

    Raises InputError for an empty text, ConflictError where no answer would reach the one who wrote.
    """
    name, reply, words = said_by(by), find_reply(number), text.strip()
    if not 0 < len(words) <= _LONGEST:
        raise InputError(f"An answer has between 1 and {_LONGEST:,} characters.")
    if reply.authentication == Authenticity.FAIL:
        raise ConflictError("Your mail server says that this mail does not come from who it says; nobody is answered.")
    if not reply.sender_compared or not _queue(workspace, reply, words, name):
        raise ConflictError("A program wrote this; an answer would be read by nobody.")
    write_step(reply, StepKind.ANSWERED, Act(reply.act or Act.HAND_OVER), by=name, user=user, words="answered by mail")
    Reply.objects.filter(pk=reply.pk).exclude(state=ReplyState.QUARANTINED).update(state=ReplyState.DONE)
    take_from_queue(reply)


def _queue(workspace: Workspace, reply: Reply, words: str, name: str) -> bool:
    subject = " ".join(reply.subject.split())
    return queue(
        workspace,
        AutomaticKind.ANSWER,
        reply.sender,
        cause=f"answer:{reply.pk}:{reply.steps.count()}",
        answers=reply.message_id if reply.message_id.startswith("<") else "",
        subject=subject if subject.lower().startswith("re:") else f"Re: {subject}".strip(),
        text=words,
        by=name,
    )
