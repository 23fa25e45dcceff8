"""Deals with what came in: each reply is read, and then done, suggested or left alone, in one transaction.

The act and the mark that it is done are committed together. After a crash a reply is either still to be dealt with or
dealt with whole, so nothing is done twice and nothing is lost.
"""

import logging
from collections.abc import Mapping
from threading import Event

from django.db import OperationalError, transaction
from django.utils import timezone

from newsletter.errors import NewsletterError
from newsletter.models import (
    Act,
    AutomaticKind,
    Reply,
    ReplyState,
    ReplyStep,
    StepKind,
    TrustLevel,
    User,
)
from newsletter.replies import GuardedReader
from newsletter.replies.verdict import Flag, Kind, Verdict
from newsletter.services.alerts import raise_alert, team_inbox
from newsletter.services.inbox.acting import DEEDS, Case, Outcome
from newsletter.services.inbox.plugged import with_plugged
from newsletter.services.inbox.proposing import OLD, Proposal, propose
from newsletter.services.inbox.reading import Classifier, columns_of, read
from newsletter.services.inbox.staff_queue import put_in_queue, take_from_queue
from newsletter.services.inbox.trust import level_of
from newsletter.services.ourselves import ourselves
from newsletter.services.outgoing import queue
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_AT_ONCE = 200
FLAG_WORDS: Mapping[Flag, str] = {
    Flag.WELFARE_CONCERN: "somebody may be in danger or treated badly",
    Flag.INFORMATION_REQUEST: "a request for information",
    Flag.DATA_RIGHTS: "a question about somebody's own data",
    Flag.PRESS: "a journalist",
    Flag.LEGAL: "a complaint that may go further",
    Flag.BEREAVEMENT: "somebody has died",
    Flag.EMBARGO: "news that must not be published yet",
}


def handle_received(workspace: Workspace, stop: Event | None = None) -> int:
    """Deal with every reply that just came in; returns how many there were. The classifier starts for the first."""
    waiting = Reply.objects.filter(state=ReplyState.RECEIVED).order_by("pk")
    numbers = list(waiting.values_list("pk", flat=True)[:_AT_ONCE])
    if not numbers:
        return 0
    with GuardedReader(ourselves(workspace)) as reader:
        classifier = with_plugged(workspace, reader.classify)
        for number in numbers:
            if stop is not None and stop.is_set():
                break
            handle(workspace, number, classifier)
    return len(numbers)


def handle(workspace: Workspace, number: int, classifier: Classifier) -> None:
    """Deal with one reply. What breaks it is told on it, and the next one goes on (fault 60)."""
    reply = Reply.objects.get(pk=number)
    verdict = read(workspace, reply, classifier)
    try:
        _deal(workspace, reply, verdict)
    except OperationalError:
        raise  # the database is busy or away: this reply is as it was, and comes round again
    except NewsletterError as error:
        _leave_to_people(workspace, reply, verdict, str(error).rstrip("."))
    except Exception as error:  # noqa: BLE001  (one mail that breaks something must not hold up all others)
        logger.error("reply %d can't be dealt with: %s", reply.pk, type(error).__name__)  # noqa: TRY400  (it is personal)
        _put_aside(reply, type(error).__name__)


@transaction.atomic
def _deal(workspace: Workspace, reply: Reply, verdict: Verdict) -> None:
    if not _take(reply, verdict):
        return
    _tell_named(workspace, reply, verdict)
    settle(Case(workspace=workspace, reply=reply, verdict=verdict, proposal=propose(workspace, reply, verdict)))


@transaction.atomic
def _leave_to_people(workspace: Workspace, reply: Reply, verdict: Verdict, why: str) -> None:
    if _take(reply, verdict):
        proposal = Proposal(act=Act.HAND_OVER, why_not=why)
        settle(Case(workspace=workspace, reply=reply, verdict=verdict, proposal=proposal))


def _put_aside(reply: Reply, error: str) -> None:
    """Without anything of the mail: it may be the very words that the database does not take."""
    facts = {"kind": Kind.QUARANTINED, "problem": f"the program failed at it ({error})", "act": Act.HAND_OVER}
    Reply.objects.filter(pk=reply.pk, state=ReplyState.RECEIVED).update(**facts, state=ReplyState.QUARANTINED)


def _take(reply: Reply, verdict: Verdict) -> bool:
    """Compare and set: of two that deal with a reply at once one goes on."""
    columns = columns_of(verdict)
    won = Reply.objects.filter(pk=reply.pk, state=ReplyState.RECEIVED).update(**columns, state=ReplyState.CLASSIFIED)
    if won:
        reply.refresh_from_db()
    return bool(won)


def settle(case: Case) -> None:
    """Do what is proposed as far as the inbox is trusted with it, inside the transaction of the caller."""
    proposal, reply = case.proposal, case.reply
    level = level_of(proposal.act)
    if proposal.alert and level != TrustLevel.WATCH:
        raise_alert(case.workspace, proposal.alert, reply.at)
    mark(reply, proposal, _state_of(proposal, level, case.verdict))
    if reply.state == ReplyState.WAITING or (reply.state == ReplyState.QUARANTINED and level != TrustLevel.WATCH):
        put_in_queue(case.workspace, reply, case.verdict, title="")
    elif reply.state == ReplyState.DONE:
        perform(case)


def _state_of(proposal: Proposal, level: TrustLevel, verdict: Verdict) -> ReplyState:
    if verdict.kind == Kind.QUARANTINED:
        return ReplyState.QUARANTINED
    if level == TrustLevel.WATCH:
        return ReplyState.CLASSIFIED
    if level == TrustLevel.ACT and not proposal.why_not and proposal.act != Act.HAND_OVER:
        return ReplyState.DONE
    is_machines = verdict.kind != Kind.HUMAN and proposal.act == Act.PUT_AWAY  # nobody wants to press for each of those
    return ReplyState.CLASSIFIED if is_machines else ReplyState.WAITING


def mark(reply: Reply, proposal: Proposal, state: ReplyState) -> None:
    """Write down where a reply stands, and why a person decides."""
    reply.state, reply.act, reply.why_not = state, proposal.act, proposal.why_not[:300]
    reply.save(update_fields=["state", "act", "why_not"])


def perform(case: Case, *, by: str = "", user: User | None = None) -> Outcome:
    """Do the act and write it down, inside the transaction that marks the reply as done."""
    outcome = DEEDS[case.proposal.act].do(case)
    write_step(case.reply, StepKind.DONE, case.proposal.act, by=by, user=user, words=outcome.words, **outcome.facts)
    if case.proposal.act != Act.CONTRIBUTION:
        take_from_queue(case.reply)
    return outcome


def write_step(
    reply: Reply, kind: StepKind, act: Act, *, by: str = "", user: User | None = None, words: str = "", **facts: object
) -> ReplyStep:
    """Add to what was done about a reply."""
    now = timezone.now()
    return ReplyStep.objects.create(
        reply=reply, at=now, kind=kind, act=act, by=by, user=user, outcome=words[:300], facts=facts
    )


def _tell_named(workspace: Workspace, reply: Reply, verdict: Verdict) -> None:
    """What must reach a person at once does, also while the inbox only watches; nobody outside is written to."""
    if reply.written_at and reply.at - reply.written_at > OLD:
        return
    for flag in verdict.flags:
        to = workspace.config.inbox.named.get(flag) or team_inbox(workspace)
        cause = f"flag:{reply.pk}:{flag}"
        queue(workspace, AutomaticKind.FLAGGED, to, cause=cause, what=FLAG_WORDS[flag], number=str(reply.pk))
