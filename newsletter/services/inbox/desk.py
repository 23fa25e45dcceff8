"""What people decide about a reply: do it, no, it is something else, take it back, hand it on, close it.

Each is one transaction, recorded under a name; and each tells the inbox how far it may be trusted.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from newsletter.errors import ConflictError, InputError
from newsletter.models import Act, QueueItem, QueueState, Reply, ReplyState, ReplyStep, StepKind, User
from newsletter.replies.verdict import Intent
from newsletter.services.inbox.acting import DEEDS, Case, Outcome
from newsletter.services.inbox.handling import mark, perform, write_step
from newsletter.services.inbox.proposing import propose
from newsletter.services.inbox.reading import columns_of, verdict_of
from newsletter.services.inbox.staff_queue import put_in_queue, take_from_queue
from newsletter.services.inbox.trust import note_agreement, note_correction
from newsletter.services.subscribing import said_by
from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace

_OPEN = (ReplyState.WAITING, ReplyState.CLASSIFIED, ReplyState.QUARANTINED)


def find_reply(number: int) -> Reply:
    """The reply with this number. Raises InputError where there is none."""
    reply = Reply.objects.filter(pk=number).first()
    if reply is None:
        raise InputError(f"There is no reply {number}; `newsletter inbox list` shows them.")
    return reply


def case_of(workspace: Workspace, reply: Reply) -> Case:
    """What would be done about a reply as things stand now."""
    verdict = verdict_of(reply)
    return Case(workspace=workspace, reply=reply, verdict=verdict, proposal=propose(workspace, reply, verdict))


@transaction.atomic
def do(workspace: Workspace, number: int, *, by: str, user: User | None = None) -> Outcome:
    """Do what is suggested. Raises ConflictError where it is done already, or only a person can do it."""
    name, reply = said_by(by), _open(number)
    case, suggested = case_of(workspace, reply), reply.state == ReplyState.WAITING
    if case.proposal.act == Act.HAND_OVER:
        raise ConflictError(f"Reply {number} is for a person: {case.proposal.why_not}. Answer it, or say what it is.")
    mark(reply, replace(case.proposal, why_not=""), ReplyState.DONE)
    if suggested:
        note_agreement(case.proposal.act)
    return perform(case, by=name, user=user)


@transaction.atomic
def decline(number: int, *, by: str, user: User | None = None) -> None:
    """Say no: it is not done, and the inbox was wrong about this sort of act."""
    name, reply = said_by(by), _open(number)
    note_correction(Act(reply.act))
    _end(reply, StepKind.DECLINED, name, user)


@transaction.atomic
def close(number: int, *, by: str, user: User | None = None) -> None:
    """It is dealt with, by whatever a person did; that says nothing about the inbox."""
    name, reply = said_by(by), _open(number)
    _end(reply, StepKind.CLOSED, name, user)


@transaction.atomic
def correct(
    workspace: Workspace,
    number: int,
    intent: Intent,
    *,
    by: str,
    addresses: Sequence[str] = (),
    user: User | None = None,
) -> Case:
    """Say what a reply is, and whom it concerns where that is somebody else than its sender; returns what then to do.

    Raises InputError for an address that is none.
    """
    name, reply = said_by(by), _open(number)
    typed = tuple(parse_address(address).typed for address in addresses)
    note_correction(Act(reply.act))
    verdict = replace(verdict_of(reply), intent=intent, addresses=typed or _own(reply, intent))
    for column, value in columns_of(verdict).items():
        setattr(reply, column, value)
    reply.save(update_fields=list(columns_of(verdict)))
    QueueItem.objects.filter(reply=reply).delete()  # it was filed as something else
    case = case_of(workspace, reply)
    mark(reply, case.proposal, ReplyState.WAITING)
    put_in_queue(workspace, reply, verdict, title="")
    write_step(reply, StepKind.CORRECTED, case.proposal.act, by=name, user=user, words=f"it is {intent.value}")
    return case


def _own(reply: Reply, intent: Intent) -> tuple[str, ...]:
    """Of these only the sender's own address can be meant where none is named."""
    return (reply.sender,) if intent in (Intent.SUBSCRIBE_SELF, Intent.UNSUBSCRIBE) and reply.sender else ()


@transaction.atomic
def undo(workspace: Workspace, number: int, *, by: str, user: User | None = None) -> str:
    """Take back what was done, or a "no"; returns what that was, in words. The reply waits for a person again.

    Raises ConflictError where nothing was done, or only the reader can take it back.
    """
    name, reply = said_by(by), find_reply(number)
    step = undoable(reply)
    if step is None or not _turn(reply, (ReplyState.DONE,), ReplyState.WAITING):
        raise ConflictError(f"Nothing was done about reply {number} that could be taken back.")
    words, way = "it waits again", DEEDS[Act(step.act)].undo
    if step.kind == StepKind.DONE and way:
        note_correction(Act(step.act))
        words = way(case_of(workspace, reply), step.facts, name)
    write_step(reply, StepKind.UNDONE, Act(step.act), by=name, user=user, words=words)
    put_in_queue(workspace, reply, verdict_of(reply), title="")
    QueueItem.objects.filter(reply=reply).update(state=QueueState.WAITING, done_at=None)
    return words


@transaction.atomic
def hand_to(number: int, colleague: str, *, by: str, user: User | None = None) -> None:
    """Leave a reply to a colleague, by the address of their account or by name; it goes on waiting, for them."""
    name, reply = said_by(by), _open(number)
    account = User.objects.filter(email=colleague.strip().lower(), is_active=True).first()
    if account:
        QueueItem.objects.filter(reply=reply).update(user=account)
    words = f"for {account.name if account else said_by(colleague)}"
    write_step(reply, StepKind.HANDED, Act.HAND_OVER, by=name, user=user, words=words)


def _open(number: int) -> Reply:
    """A reply that nobody has dealt with; of two who press at once the second is told so."""
    reply = find_reply(number)
    if reply.state not in _OPEN or not _turn(reply, _OPEN, ReplyState(reply.state)):
        raise ConflictError(f"Reply {number} is {ReplyState(reply.state).label}; nothing was changed.")
    return reply


def _turn(reply: Reply, before: Sequence[ReplyState], state: ReplyState) -> bool:
    return bool(Reply.objects.filter(pk=reply.pk, state__in=before).update(state=state))


def _end(reply: Reply, kind: StepKind, name: str, user: User | None) -> None:
    _turn(reply, _OPEN, ReplyState.DONE)
    write_step(reply, kind, Act(reply.act), by=name, user=user)
    take_from_queue(reply)


def undoable(reply: Reply) -> ReplyStep | None:
    """The last thing that was done, where it can be taken back: a press of "no" by mistake too, no mail that went."""
    step = reply.steps.exclude(kind=StepKind.HANDED).order_by("-pk").first()
    if step is None or (step.kind == StepKind.DONE and DEEDS[Act(step.act)].undo is None):
        return None
    return step if step.kind in (StepKind.DONE, StepKind.DECLINED, StepKind.CLOSED) else None
