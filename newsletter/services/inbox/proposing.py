"""What to do about a reply: one act with what it needs, and why a person must decide, where one must.

A wrong harmful act is worth fifty undecided ones. So whatever is not plainly the sender's own wish, or comes from
somebody our receiver does not believe, or is old, is left to people with the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from newsletter.errors import InputError
from newsletter.models import Act, Delivery, Reply, RequestKind, Subscriber, SubscriberStatus, SuppressionReason
from newsletter.replies.authentication import Authenticity
from newsletter.replies.mailboxes import ADDRESS
from newsletter.replies.verdict import Intent, Kind, Verdict
from newsletter.services.bodies_of_people import body_of
from newsletter.services.commands import read_command
from newsletter.services.commenting import round_answered
from newsletter.services.inbox.consenting import says_yes
from newsletter.services.inbox.ours import copy_answered, copy_returned, mail_answered, mail_returned
from newsletter.services.machines import is_machine
from newsletter.services.subscribing import holder_of
from newsletter.services.suppressing import why_suppressed
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.subscribers.tokens import Purpose
from newsletter.workspace import Workspace

OLD = timedelta(days=14)  # somebody may have asked otherwise since
_MOST_MAILS = 20  # a day from one sender; a person writes fewer, a loop more
_MOST_INVITED = 5  # at once by one mail
_MACHINES_MAY = (Purpose.UNSUBSCRIBE,)  # Gmail and others write that mail themselves
_BOUNCES = (Kind.BOUNCE_HARD, Kind.BOUNCE_SOFT)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One thing to do."""

    act: Act
    why_not: str = ""  # why a person decides, in a sentence without its full stop; empty where the inbox may
    addresses: tuple[str, ...] = ()  # whose subscription is touched, or who is written to
    person: Subscriber | None = None  # on the list, whom it is about
    delivery: Delivery | None = None  # the copy that came back
    facts: Mapping[str, str] = field(default_factory=dict)  # what else the act needs
    alert: str = ""  # what the team should know besides, of `services.alerts`


def propose(workspace: Workspace, reply: Reply, verdict: Verdict) -> Proposal:
    """What to do about a reply by what was understood of it. Changes nothing."""
    asked = _Question(workspace=workspace, reply=reply, verdict=verdict)
    if command := read_command(reply.subject):
        return _button(asked, *command)
    if verdict.kind in _BOUNCES or verdict.kind == Kind.COMPLAINT:
        return _returned(asked)
    if verdict.kind != Kind.HUMAN:
        gone = verdict.has_left or verdict.kind == Kind.QUARANTINED
        why = "their mail system says that they have left" if verdict.has_left else "it could not be read"
        return Proposal(act=Act.HAND_OVER, why_not=why) if gone else Proposal(act=Act.PUT_AWAY)
    return _of_person(asked)


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One reply with all that is known of it."""

    workspace: Workspace
    reply: Reply
    verdict: Verdict

    def to_people(self, why: str) -> Proposal:
        return Proposal(act=Act.HAND_OVER, why_not=why)

    @property
    def sender(self) -> Subscriber | None:
        """Who wrote it, if they are or were on the list; From proves nothing."""
        return holder_of(self.reply.sender_compared) if self.reply.sender_compared else None

    def doubt(self) -> str:
        """Why nothing may be done on this mail's word, whatever it asks."""
        reply = self.reply
        if self.verdict.flags:
            return "it is of a kind that always goes to a person"
        if reply.authentication == Authenticity.FAIL:
            return "your mail server says that it does not come from who it says"
        if reply.unanswerable or is_machine(self.workspace, reply.sender_compared or "-@-"):
            return reply.unanswerable or "its sender's address is a program's"
        if reply.written_at and reply.at - reply.written_at > OLD:
            return "it is more than two weeks old, and they may have asked otherwise since"
        return ""


def _of_person(asked: _Question) -> Proposal:
    reply = asked.reply
    if not asked.verdict.flags and _floods(reply):
        return Proposal(act=Act.PUT_AWAY, alert="sender")
    if round_answered(reply.references):
        return Proposal(act=Act.REMARKS)
    doubt = asked.doubt()
    if doubt and asked.verdict.flags:
        return asked.to_people(doubt)
    proposal = _answer_to_us(asked) or _by_intent(asked)
    return replace(proposal, why_not=doubt) if doubt else proposal


def _floods(reply: Reply) -> bool:
    """So many mails in a day that it is a loop, or a prank. Forged ones silence nobody but themselves."""
    since = reply.at - timedelta(days=1)
    theirs = Reply.objects.filter(sender_compared=reply.sender_compared, authentication=reply.authentication)
    lately = theirs.filter(at__gt=since, at__lte=reply.at).order_by()[: _MOST_MAILS + 1]
    return bool(reply.sender_compared) and lately.count() > _MOST_MAILS


def _by_intent(asked: _Question) -> Proposal:
    propose_it = _BY_INTENT.get(asked.verdict.intent or Intent.AMBIGUOUS)
    return propose_it(asked) if propose_it else asked.to_people(_FOR_PEOPLE[asked.verdict.intent or Intent.AMBIGUOUS])


def _button(asked: _Question, purpose: Purpose, token: str) -> Proposal:
    facts = {"purpose": purpose.value, "token": token}
    if asked.verdict.kind != Kind.HUMAN and purpose not in _MACHINES_MAY:
        return Proposal(act=Act.PUT_AWAY)  # an absence notice repeats our subject
    return Proposal(act=Act.BUTTON, facts=facts)


def _answer_to_us(asked: _Question) -> Proposal | None:
    """An answer to a mail that asks to confirm. Only who got that mail can name its Message-ID."""
    mail = mail_answered(asked.reply)
    if mail is None or mail.request is None or mail.request.confirmed_at:
        return None
    if mail.request.address_compared != asked.reply.sender_compared:
        return asked.to_people("somebody else than the one who was asked to confirm answers")
    if not says_yes(asked.verdict):
        return asked.to_people("it answers the mail that asks to confirm, and does not plainly say yes")
    kind = RequestKind(mail.request.kind)
    return Proposal(act=Act.BUTTON, facts={"request": str(mail.request.pk), "kind": kind.value})


def _returned(asked: _Question) -> Proposal:
    verdict = asked.verdict
    is_bounce = verdict.kind in _BOUNCES
    act = Act.BOUNCE if is_bounce else Act.COMPLAINT
    if copy := copy_returned(asked.workspace, asked.reply, verdict.delivery):
        return Proposal(act=act, delivery=copy, person=copy.subscriber, addresses=_address_of(copy.subscriber))
    person = next(filter(None, map(_holder, verdict.recipients or (verdict.recipient, *verdict.addresses))), None)
    last = person.deliveries.order_by("-pk").first() if person else None
    if last is None or mail_returned(asked.workspace, asked.reply):
        return Proposal(act=Act.PUT_AWAY)
    why = "it does not say which copy it is about, so anybody could have made it up"
    return Proposal(act=act, why_not=why, delivery=last, person=person, addresses=_address_of(person))


def _subscribe(asked: _Question) -> Proposal:
    address = _first(asked.verdict.addresses) or _first((asked.reply.sender,))
    if address is None:
        return asked.to_people("it does not say which address is meant")
    person = holder_of(address.compared)
    act = Proposal(act=Act.SUBSCRIBE, addresses=(address.typed,), person=person)
    if person and person.status == SubscriberStatus.SUBSCRIBED:
        return Proposal(
            act=Act.HAND_OVER, why_not="they are on the list already", addresses=act.addresses, person=person
        )
    if why := _never(asked.workspace, address):
        return Proposal(act=Act.HAND_OVER, why_not=why, addresses=act.addresses)
    return act


def _invite(asked: _Question) -> Proposal:
    named = tuple(filter(None, map(_address, asked.verdict.addresses)))
    new = tuple(address for address in named if not _is_here(address))
    addresses = tuple(address.typed for address in new)
    if not new:
        return asked.to_people("all who are named are on the list already" if named else "nobody's address is named")
    why = next(filter(None, (_never(asked.workspace, address) for address in new)), "")
    if not why and len(new) > _MOST_INVITED:
        why = "it names many people at once"
    if not why and asked.sender is None and not body_of(asked.workspace, asked.reply.sender_compared):
        why = "somebody who is not on the list asks for others"
    return Proposal(act=Act.INVITE, why_not=why, addresses=addresses)


def _unsubscribe(asked: _Question) -> Proposal:
    address = _first(asked.verdict.addresses) or _first((asked.reply.sender,))
    if address is None:
        return asked.to_people("it does not say which address is meant")
    person, why = holder_of(address.compared), ""
    if person is None or person.status not in (SubscriberStatus.SUBSCRIBED, SubscriberStatus.BOUNCED):
        return Proposal(act=Act.HAND_OVER, why_not="nobody on the list has this address", addresses=(address.typed,))
    if address.compared != asked.reply.sender_compared and asked.sender != person:
        why = "it asks for another address than the one it came from"
    return Proposal(act=Act.UNSUBSCRIBE, why_not=why, addresses=(address.typed,), person=person)


def _move(asked: _Question) -> Proposal:
    """Always confirmed at the new address; and since a subscription is handed over, the old one must have said so."""
    named = tuple(filter(None, map(_address, asked.verdict.addresses)))
    if len(named) < _PAIR:
        return asked.to_people("it does not give the new address")
    old, new = named[0], named[1]
    person = holder_of(old.compared)
    addresses = (old.typed, new.typed)
    if person is None or person.status not in (SubscriberStatus.SUBSCRIBED, SubscriberStatus.BOUNCED):
        return Proposal(act=Act.HAND_OVER, why_not="nobody on the list has the old address", addresses=addresses)
    why = _never(asked.workspace, new)
    if not why and asked.sender != person:
        why = "it does not come from the old address"
    if not why and not _is_theirs(asked, person):
        why = "nothing proves that it comes from the old address"
    return Proposal(act=Act.MOVE, why_not=why, addresses=addresses, person=person)


def _is_theirs(asked: _Question, person: Subscriber) -> bool:
    """DMARC passed, or it answers a copy that only they got."""
    copy = copy_answered(asked.reply)
    return asked.reply.authentication == Authenticity.PASS or bool(copy and copy.subscriber_id == person.pk)


def _left_post(asked: _Question) -> Proposal:
    """Whoever is named beside the one who left is suggested: that is for a person to judge."""
    ours = {asked.reply.sender_compared, *map(str.lower, asked.verdict.addresses)}
    named = (box.group(0) for box in ADDRESS.finditer(asked.verdict.reply_text))
    others = tuple(dict.fromkeys(address for address in named if address.lower() not in ours))[:1]
    why = f"somebody has left their post, and {others[0]} is named" if others else _FOR_PEOPLE[Intent.LEFT_POST]
    person = _holder(asked.verdict.addresses[0]) if asked.verdict.addresses else None
    return Proposal(act=Act.HAND_OVER, why_not=why, addresses=others, person=person)


_PAIR = 2
_BY_INTENT: Mapping[Intent, Callable[[_Question], Proposal]] = {
    Intent.SUBSCRIBE_SELF: _subscribe,
    Intent.SUBSCRIBE_OTHER: _invite,
    Intent.UNSUBSCRIBE: _unsubscribe,
    Intent.CHANGE_ADDRESS: _move,
    Intent.CONTRIBUTION: lambda _asked: Proposal(act=Act.CONTRIBUTION),
    Intent.LEFT_POST: _left_post,
    Intent.SPAM: lambda _asked: Proposal(act=Act.PUT_AWAY),
}
_FOR_PEOPLE: Mapping[Intent, str] = {
    Intent.LEFT_POST: "somebody has left their post, and you know best who follows them",
    Intent.FEEDBACK: "somebody says what they think, and would like to be read",
    Intent.QUESTION: "somebody asks something",
    Intent.FORWARD_ONLY: "somebody passes a mail on without a word of their own",
    Intent.AMBIGUOUS: "it is not clear what they want",
}


def _never(workspace: Workspace, address: Address) -> str:
    """Why an address may not be asked to confirm."""
    if why_suppressed(workspace, address.compared) == SuppressionReason.STAFF:
        return "your team decided never to write to this address again"
    return "this address is a program's" if is_machine(workspace, address.compared) else ""


def _is_here(address: Address) -> bool:
    person = holder_of(address.compared)
    return person is not None and person.status == SubscriberStatus.SUBSCRIBED


def _address_of(person: Subscriber | None) -> tuple[str, ...]:
    return (person.address,) if person else ()


def _holder(text: str) -> Subscriber | None:
    address = _address(text)
    return holder_of(address.compared) if address else None


def _first(texts: tuple[str, ...]) -> Address | None:
    return next(filter(None, map(_address, texts)), None)


def _address(text: str) -> Address | None:
    try:
        return parse_address(text)
    except InputError:
        return None
