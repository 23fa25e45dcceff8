"""A reply in plain words, as people are shown it: what was understood, the words that say so, what would be done, to
whom, and how it is taken back. Terminal and studio print the same card.

The reason is always a quotation from the mail, never a score.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from newsletter.models import Act, Delivery, Reply, ReplyState, StepKind
from newsletter.replies.verdict import Flag, Intent, Kind, Verdict
from newsletter.services.inbox.acting import Case
from newsletter.services.inbox.desk import case_of, undoable
from newsletter.services.inbox.doubting import wavering
from newsletter.services.inbox.handling import FLAG_WORDS
from newsletter.services.inbox.ours import copy_answered
from newsletter.subscribers.masking import masked
from newsletter.workspace import Workspace

_LISTED = (ReplyState.WAITING, ReplyState.CLASSIFIED, ReplyState.QUARANTINED)

_WANTS: Mapping[Intent, str] = {
    Intent.SUBSCRIBE_SELF: "{who} asks to join",
    Intent.SUBSCRIBE_OTHER: "{who} asks that others may join",
    Intent.UNSUBSCRIBE: "{who} wants to leave",
    Intent.CHANGE_ADDRESS: "{who} has another address",
    Intent.LEFT_POST: "{who} writes that somebody has left their post",
    Intent.FEEDBACK: "{who} says what they think",
    Intent.CONTRIBUTION: "{who} sends something for the next issue",
    Intent.QUESTION: "{who} asks something",
    Intent.FORWARD_ONLY: "{who} passes a mail on without a word of their own",
    Intent.SPAM: "This looks like an advertisement or a fraud",
    Intent.AMBIGUOUS: "I am not sure what {who} wants",
}
_CONCERN: Mapping[Flag, str] = {  # what is said of a flagged reply that asks for nothing else
    Flag.WELFARE_CONCERN: "{who} is worried about somebody",
    Flag.INFORMATION_REQUEST: "{who} asks for information that you hold",
    Flag.DATA_RIGHTS: "{who} asks about their own data",
    Flag.PRESS: "{who} writes for the press",
    Flag.LEGAL: "{who} may take a complaint further",
    Flag.BEREAVEMENT: "{who} writes that somebody has died",
    Flag.EMBARGO: "{who} sends news that must not be published yet",
}
_NO_REASON = ("ambiguous",)  # it repeats the letter, since no rule knows a word of it
_PLAIN = (Intent.AMBIGUOUS, Intent.QUESTION, Intent.FEEDBACK)
_IS: Mapping[Kind, str] = {
    Kind.BOUNCE_HARD: "Our mail came back: there is no such mailbox",
    Kind.BOUNCE_SOFT: "Our mail came back, and not because the address is gone",
    Kind.COMPLAINT: "A mail provider tells that a reader pressed “this is spam”",
    Kind.OUT_OF_OFFICE: "{who} is away",
    Kind.AUTO_REPLY: "A program answered for {who}",
    Kind.RECEIPT: "A receipt, or an answer of a calendar",
    Kind.QUARANTINED: "This mail could not be read",
}
_WOULD: Mapping[Act, str] = {
    Act.BUTTON: "I would do what the link or subject of ours asks for, since only its owner has it.",
    Act.SUBSCRIBE: "I would write to {to} and ask them to confirm.",
    Act.INVITE: "I would write to {to} and ask each of them to confirm.",
    Act.UNSUBSCRIBE: "I would take {to} off the list at once, and tell them so.",
    Act.MOVE: "I would write to the new address, {new}, and ask them to confirm.",
    Act.BOUNCE: "I would count it against {to}; only some in a row mean that an address is given up.",
    Act.COMPLAINT: "I would take {to} off the list for good.",
    Act.CONTRIBUTION: "I would file it as an item for the next issue, and answer nobody.",
    Act.REMARKS: "I would keep each remark with the part of the draft that it is about.",
    Act.HAND_OVER: "I do nothing, and leave it to you.",
    Act.PUT_AWAY: "I would put it away, and answer nobody.",
}
_UNDO: Mapping[Act, str] = {
    Act.BUTTON: "By them alone, by the link in the mail they get.",
    Act.SUBSCRIBE: "Until they confirm.",
    Act.INVITE: "Until they confirm.",
    Act.UNSUBSCRIBE: "At any time, by you; for 30 days by them, with the link they get.",
    Act.MOVE: "Until they confirm.",
    Act.BOUNCE: "At any time.",
    Act.COMPLAINT: "By them alone, by joining again.",
    Act.CONTRIBUTION: "Until somebody puts it into an issue.",
}
_DONE = {StepKind.DECLINED: "said no", StepKind.CLOSED: "closed it", StepKind.ANSWERED: "answered by mail"}
_WORKING_DAYS = 20  # Freedom of Information Act 2000, section 10; bank holidays make it later
_MONTH = 30  # UK GDPR, article 12(3): one calendar month, told on the safe side
_WEEKEND = 5  # number of Saturday


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that a person may press."""

    key: str  # do, no or other
    words: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """One reply as people see it. Every field is ready to be shown; none is to be parsed."""

    number: int
    at: datetime
    state: str  # in words
    sender: str  # `Name <address>`
    subject: str
    words: str  # what they wrote, without what they quoted
    understood: str  # one sentence
    quotes: tuple[str, ...]  # the deciding words, as they stand in the mail: to be highlighted
    untouched: str  # whose subscription is not touched, where that could be feared; or empty
    would: str  # what the program would do, or leaves alone
    undo: str  # how it is taken back; empty where nothing is done
    why_not: str  # why a person decides; empty where the program may
    warnings: tuple[str, ...]  # that it must reach a person, and until when
    done: tuple[str, ...]  # what was done so far, oldest first
    choices: tuple[Choice, ...]
    act: str  # models.Act
    intent: str  # replies.Intent, or empty

    def as_dict(self) -> dict[str, Any]:
        """The card as JSON takes it."""
        return {**asdict(self), "at": self.at.isoformat()}


def cards(workspace: Workspace, *, everything: bool = False, most: int = 200) -> list[Card]:
    """The replies that wait or were left alone, newest first; or all."""
    rows = Reply.objects.order_by("-at", "-pk")
    wanted = rows if everything else rows.filter(state__in=_LISTED).exclude(act=Act.PUT_AWAY)
    return [card_of(workspace, reply) for reply in wanted[:most]]


def card_of(workspace: Workspace, reply: Reply) -> Card:
    """One reply in words."""
    if not reply.verdict:
        return _bare(reply)
    case = case_of(workspace, reply)
    verdict, is_open = case.verdict, reply.state in _LISTED
    act = case.proposal.act if is_open else Act(reply.act or Act.HAND_OVER)
    why_not = (case.proposal.why_not or reply.why_not) if is_open else reply.why_not
    return Card(
        **_head(reply),
        words=verdict.reply_text,
        understood=_understood(reply, verdict),
        quotes=tuple(dict.fromkeys(reason.quote for reason in verdict.reasons if reason.rule not in _NO_REASON)),
        untouched=_untouched(reply, case),
        would=_would(case, act) if is_open else "",
        undo=_UNDO.get(act, "") if reply.state != ReplyState.QUARANTINED else "",
        why_not=_sentence(why_not),
        warnings=tuple(_warnings(reply, verdict)),
        done=tuple(_done(reply)),
        choices=_choices(act, is_open=is_open, was_done=reply.state == ReplyState.DONE and undoable(reply) is not None),
        act=act,
        intent=reply.intent,
    )


def _bare(reply: Reply) -> Card:
    """A reply that was not read yet, or whose time is over."""
    text = "It has just come in." if reply.has_letter else "Its letter is no longer kept."
    return Card(
        **_head(reply),
        understood=_sentence(reply.problem) or text,
        words="",
        untouched="",
        would="",
        undo="",
        why_not="",
        quotes=(),
        warnings=(),
        done=tuple(_done(reply)),
        choices=(),
        act=reply.act,
        intent=reply.intent,
    )


def _head(reply: Reply) -> dict[str, Any]:
    sender = f"{reply.sender_name} <{reply.sender}>" if reply.sender_name and reply.sender else reply.sender
    return {
        "number": reply.pk,
        "at": reply.at,
        "state": ReplyState(reply.state).label,
        "sender": sender or "nobody named",
        "subject": reply.subject,
    }


def _who(reply: Reply) -> str:
    return reply.sender_name or reply.sender or "Somebody"


def _understood(reply: Reply, verdict: Verdict) -> str:
    intent = verdict.intent or Intent.AMBIGUOUS
    if verdict.flags and intent in _PLAIN:
        return _sentence(_CONCERN[verdict.flags[0]].replace("{who}", _who(reply)))
    if intent == Intent.AMBIGUOUS and verdict.kind == Kind.HUMAN and (doubt := wavering(verdict)):
        return f"I am not sure: {doubt}"
    words = _WANTS[intent] if verdict.kind == Kind.HUMAN else _IS[verdict.kind]
    if verdict.kind == Kind.OUT_OF_OFFICE and verdict.has_left:
        words = "{who} has left for good, says their mail system"
    back = f", and back on {verdict.back_on:%-d %B}" if verdict.back_on else ""
    return _sentence(words.replace("{who}", _who(reply)) + back)


def _would(case: Case, act: Act) -> str:
    named = case.proposal.addresses
    to = " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:]))) or "them"
    return _WOULD[act].replace("{to}", to).replace("{new}", named[-1] if named else "which they gave")


def _untouched(reply: Reply, case: Case) -> str:
    """A forwarded copy names its first reader; nothing here is ever done to them."""
    copy: Delivery | None = copy_answered(reply)
    reader = copy.subscriber if copy else None
    if reader is None or reader.address_compared == reply.sender_compared or reader == case.proposal.person:
        return ""
    return f"The copy that they answer went to {masked(reader.address)}; that reader's subscription is not touched."


def _warnings(reply: Reply, verdict: Verdict) -> Sequence[str]:
    told = [_sentence(f"This must reach a person: {FLAG_WORDS[flag]}") for flag in verdict.flags]
    day = reply.at.date()
    if Flag.INFORMATION_REQUEST in verdict.flags:
        told.append(f"An answer is due within {_WORKING_DAYS} working days: by {_after(day, _WORKING_DAYS):%-d %B %Y}.")
    if Flag.DATA_RIGHTS in verdict.flags:
        told.append(f"An answer is due within a month: by {day + timedelta(days=_MONTH):%-d %B %Y}.")
    return told


def _after(day: date, working_days: int) -> date:
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < _WEEKEND
    return day


def _done(reply: Reply) -> Iterator[str]:
    for step in reply.steps.order_by("pk"):
        who = step.by or "The program"
        words = _DONE.get(StepKind(step.kind)) or step.outcome or StepKind(step.kind).label
        yield f"{step.at:%-d %B %H:%M}, {who}: {words}."


def _choices(act: Act, *, is_open: bool, was_done: bool) -> tuple[Choice, ...]:
    if was_done:
        return (Choice(key="undo", words="Take it back"),)
    other = Choice(key="other", words="It is something else")
    if not is_open:
        return ()
    if act == Act.HAND_OVER:
        return (Choice(key="answer", words="Answer"), Choice(key="close", words="Dealt with"), other)
    return (Choice(key="do", words="Do it"), Choice(key="no", words="No"), other)


def _sentence(words: str) -> str:
    if not words or words.endswith("?"):
        return words
    first = words[0] if "@" in words.partition(" ")[0] else words[0].upper()  # an address stays as it is written
    return f"{first}{words[1:].rstrip('.')}."
