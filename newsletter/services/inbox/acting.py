"""The acts themselves: for each what it does and how it is taken back. All run inside the transaction of their mark.

Nobody joins, leaves or moves here in a way of its own: forms, links and mails call the same services.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import (
    Act,
    Bounce,
    ConsentEvent,
    DraftRound,
    EventKind,
    Mechanism,
    PostedForm,
    PostedKind,
    QueueItem,
    QueueState,
    Reply,
    Subscriber,
    SubscriberStatus,
    SubscriptionRequest,
)
from newsletter.replies.authentication import Authenticity
from newsletter.replies.verdict import Kind, Verdict
from newsletter.services.bodies_of_people import body_of
from newsletter.services.commands import obey
from newsletter.services.commenting import round_answered, take_remarks
from newsletter.services.consent import note
from newsletter.services.deciding import say_yes, take_off
from newsletter.services.events import DeliveryRef, Report, record_event
from newsletter.services.inbox.proposing import Proposal
from newsletter.services.inbox.staff_queue import put_in_queue
from newsletter.services.posting import ByMail, Sender, post
from newsletter.services.requesting import ask_to_join
from newsletter.services.subscribing import leave, undo_leave
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.subscribers.tokens import Purpose
from newsletter.workspace import Workspace

PROVIDER = "mail"  # what events are recorded under that came by mail


@dataclass(frozen=True, kw_only=True)
class Case:
    """One reply with what is to be done about it."""

    workspace: Workspace
    reply: Reply
    verdict: Verdict
    proposal: Proposal

    @property
    def evidence(self) -> str:
        """What the consent record names the mail by."""
        return evidence_of(self.reply)

    @property
    def person(self) -> Subscriber:
        """Whom it is about. Raises ConflictError where they are gone."""
        if self.proposal.person is None:
            raise ConflictError("Nobody on the list is meant by this reply.")
        return self.proposal.person


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an act did, in words, with the numbers of what it touched."""

    words: str
    facts: dict[str, Any] = field(default_factory=dict)


def evidence_of(reply: Reply) -> str:
    """What a reply is named by in the consent record: its Message-ID, or its number where it has none."""
    return reply.message_id or f"reply {reply.pk}"


def _button(case: Case) -> Outcome:
    facts = case.proposal.facts
    if "request" in facts:
        request = SubscriptionRequest.objects.filter(pk=facts["request"]).first()
        if request is None:
            raise ConflictError("What this answers is no longer wanted.")
        changed = say_yes(case.workspace, request, mechanism=Mechanism.REPLY, source=case.evidence)
        return Outcome(words="they said yes" if changed else "they had said yes before")
    purpose = Purpose(facts["purpose"])
    changed = obey(case.workspace, purpose, facts["token"], source=case.evidence)
    return Outcome(words=f"{_ASKED[purpose]}{'' if changed else ', as before'}")


_ASKED = {
    Purpose.CONFIRM: "they confirmed and are on the list",
    Purpose.CHANGE_ADDRESS: "they confirmed their new address",
    Purpose.UNSUBSCRIBE: "they left",
    Purpose.UNDO: "they came back",
}


def _subscribe(case: Case) -> Outcome:
    address = parse_address(case.proposal.addresses[0])
    if _is_trusted(case, address):
        pages = case.workspace.config.pages
        request = ask_to_join(
            case.workspace, address, basis=pages.basis, mechanism=Mechanism.REPLY, source=case.evidence
        )
        say_yes(case.workspace, request, mechanism=Mechanism.REPLY, source=case.evidence)
        return Outcome(words="they are on the list at once: their domain is trusted", facts={"request": request.pk})
    _ask_to_join(case, address)
    return Outcome(words="they are asked to confirm")


def _is_trusted(case: Case, address: Address) -> bool:
    """DMARC passed for a domain that the workspace trusts, and it is the sender's own address that joins."""
    trusted = {domain.lower() for domain in case.workspace.config.inbox.trusted_domains}
    is_own = address.compared == case.reply.sender_compared
    passed = case.reply.authentication == Authenticity.PASS
    return is_own and passed and address.compared.rpartition("@")[2] in trusted


def _invite(case: Case) -> Outcome:
    for text in case.proposal.addresses:
        _ask_to_join(case, parse_address(text))
    count = len(case.proposal.addresses)
    return Outcome(words="1 person is asked to confirm" if count == 1 else f"{count} people are asked to confirm")


def _move(case: Case) -> Outcome:
    _ask(case, PostedKind.MOVE, parse_address(case.proposal.addresses[1]), person=case.person.pk)
    return Outcome(words="the new address is asked to confirm")


def _ask_to_join(case: Case, address: Address) -> None:
    body = body_of(case.workspace, address.compared)
    _ask(case, PostedKind.JOIN, address, **({"body": body} if body else {}))


def _ask(case: Case, kind: PostedKind, address: Address, **details: str | int) -> None:
    """By the same way, and within the same budgets, as a form on the pages."""
    by_mail = ByMail(source=case.evidence, is_own=address.compared == case.reply.sender_compared)
    nowhere = Sender(network="", language="")
    post(case.workspace, kind, address, nowhere, wording="", by_mail=by_mail, **details)


def _withdraw(case: Case, facts: Mapping[str, Any], by: str) -> str:
    """Nobody is asked any more; who has said yes already is on the list by their own wish, and stays."""
    PostedForm.objects.filter(source=case.evidence, next_at__isnull=False).delete()
    asked = SubscriptionRequest.objects.filter(source=case.evidence, mechanism=Mechanism.REPLY)
    at_once = asked.filter(pk=int(facts.get("request", 0))).first()
    person = Subscriber.objects.filter(address_compared=at_once.address_compared).first() if at_once else None
    if person and leave(person, mechanism=Mechanism.STAFF, by=by, source=case.evidence):
        return "they are off the list again"
    removed, _ = asked.filter(confirmed_at=None).delete()
    return "they are not asked any more" if removed else "nobody was waiting to be asked"


def _unsubscribe(case: Case) -> Outcome:
    changed = take_off(case.workspace, case.person, mechanism=Mechanism.REPLY, source=case.evidence)
    words = "they are off the list, and were told so with a way back" if changed else "they had left before"
    return Outcome(words=words, facts={"person": case.person.pk} if changed else {})


def _put_back(case: Case, facts: Mapping[str, Any], by: str) -> str:
    person = Subscriber.objects.filter(pk=int(facts.get("person", 0))).first()
    if person is None or not undo_leave(case.workspace, person, mechanism=Mechanism.STAFF, by=by, source=case.evidence):
        raise ConflictError("There is nobody to put back: they are here, erased, or never to be written to.")
    return "they are on the list again"


def _bounce(case: Case) -> Outcome:
    verdict, row = case.verdict, case.proposal.delivery
    if row is None:
        raise ConflictError("It is not known which copy came back.")
    kind = EventKind.DELAYED if verdict.delayed else EventKind.BOUNCED
    told = {"enhanced": verdict.status, "code": verdict.smtp_code}
    _record(case, kind, permanent=verdict.kind == Kind.BOUNCE_HARD, raw=told)
    words = "their mail system goes on trying" if verdict.delayed else "counted against the address"
    gone = Subscriber.objects.filter(deliveries=row, status=SubscriberStatus.BOUNCED).exists()
    return Outcome(words=words, facts={"delivery": row.pk, "gave_up": gone})


def _complaint(case: Case) -> Outcome:
    if case.proposal.delivery is None:
        raise ConflictError("It is not known who complained.")
    _record(case, EventKind.COMPLAINED, permanent=False, raw={})
    return Outcome(words="they are off the list for good")


def _record(case: Case, kind: EventKind, *, permanent: bool, raw: Mapping[str, str]) -> None:
    row = case.proposal.delivery
    if row is None:
        return
    ref = DeliveryRef(delivery=row.pk, message=row.message_id.strip("<").partition("@")[0])
    report = Report(
        provider=PROVIDER,
        event_id=case.reply.fingerprint,
        ref=ref,
        kind=kind,
        at=case.reply.at,
        permanent=permanent,
        raw={name: value for name, value in raw.items() if value},
    )
    record_event(case.workspace, report)


def _uncount(case: Case, facts: Mapping[str, Any], by: str) -> str:
    """The copy counts as arrived again; an address that was given up by it gets mail again."""
    number = int(facts["delivery"])
    bounces = Bounce.objects.filter(delivery=number, source=PROVIDER)
    person = Subscriber.objects.filter(deliveries=number, status=SubscriberStatus.BOUNCED).first()
    bounces.delete()
    if person and facts.get("gave_up"):
        still = Subscriber.objects.filter(pk=person.pk, status=SubscriberStatus.BOUNCED)
        still.update(status=SubscriberStatus.SUBSCRIBED, updated_at=timezone.now())
        note(person, ConsentEvent.RETURNED, Mechanism.STAFF, by=by, source=case.evidence)
    return "it is not counted any more"


def _contribution(case: Case) -> Outcome:
    item = put_in_queue(case.workspace, case.reply, case.verdict, title="", is_news=True)
    return Outcome(words="filed as an item for the next issue", facts={"item": item.pk})


def _unfile(_case: Case, facts: Mapping[str, Any], _by: str) -> str:
    waiting = QueueItem.objects.filter(pk=int(facts["item"]), state=QueueState.WAITING)
    if not waiting.update(state=QueueState.DONE, done_at=timezone.now()):
        raise ConflictError("This item is dealt with already; look for it in the issue.")
    return "it is no item any more"


def _remarks(case: Case) -> Outcome:
    answered = round_answered(case.reply.references)
    if answered is None:
        raise ConflictError("The draft that this answers is gone.")
    kept = take_remarks(answered, case.verdict.reply_text, author=_author(case.reply), source=case.evidence)
    facts = {"round": DraftRound.objects.get(pk=answered.pk).pk}
    return Outcome(words=f"{len(kept)} remarks are kept with the draft of {answered.issue_id}", facts=facts)


def _author(reply: Reply) -> str:
    return reply.sender or "somebody"


def _nothing(_case: Case) -> Outcome:
    return Outcome(words="nothing had to be done")


@dataclass(frozen=True, kw_only=True)
class Deed:
    """How an act is done, and taken back; None where it is not to be, because only the reader may."""

    do: Callable[[Case], Outcome]
    undo: Callable[[Case, Mapping[str, Any], str], str] | None = None


DEEDS: Mapping[Act, Deed] = {
    Act.BUTTON: Deed(do=_button),
    Act.SUBSCRIBE: Deed(do=_subscribe, undo=_withdraw),
    Act.INVITE: Deed(do=_invite, undo=_withdraw),
    Act.UNSUBSCRIBE: Deed(do=_unsubscribe, undo=_put_back),
    Act.MOVE: Deed(do=_move, undo=_withdraw),
    Act.BOUNCE: Deed(do=_bounce, undo=_uncount),
    Act.COMPLAINT: Deed(do=_complaint),
    Act.CONTRIBUTION: Deed(do=_contribution, undo=_unfile),
    Act.REMARKS: Deed(do=_remarks),
    Act.HAND_OVER: Deed(do=_nothing),
    Act.PUT_AWAY: Deed(do=_nothing),
}
