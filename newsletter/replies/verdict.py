"""What was understood of a mail: three closed vocabularies, and the reasons, quoted from the mail."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from newsletter.content.reply_flags import Flag as Flag  # one of the three vocabularies, shared with settings

_LONGEST_QUOTE = 160  # characters of the mail that a reason repeats


class Kind(StrEnum):
    """What sort of mail it is."""

    HUMAN = "human"
    BOUNCE_HARD = "bounce_hard"  # the address is dead
    BOUNCE_SOFT = "bounce_soft"  # it came back for another reason: full, blocked, too late, our own fault
    COMPLAINT = "complaint"  # somebody pressed "this is spam" (RFC 5965)
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLY = "auto_reply"  # other automatic answers, list echoes, challenge-responses
    RECEIPT = "receipt"  # read receipts (RFC 8098) and answers of calendars (RFC 6047)
    QUARANTINED = "quarantined"  # not read, for the reason given


class Intent(StrEnum):
    """What a person wants."""

    SUBSCRIBE_SELF = "subscribe_self"
    SUBSCRIBE_OTHER = "subscribe_other"
    UNSUBSCRIBE = "unsubscribe"
    CHANGE_ADDRESS = "change_address"
    LEFT_POST = "left_post"
    FEEDBACK = "feedback"
    CONTRIBUTION = "contribution"  # news, a report or an event for a coming issue
    QUESTION = "question"
    FORWARD_ONLY = "forward_only"
    SPAM = "spam"
    AMBIGUOUS = "ambiguous"  # nothing is done


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why something was decided."""

    rule: str  # the rule's name
    says: str  # what it saw, a few words
    quote: str = ""  # the words of the mail that it saw

    def __str__(self) -> str:
        """`rule: what it saw “words of the mail”`."""
        words = " ".join(self.quote.split())
        cut = words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"
        return f"{self.rule}: {self.says} “{cut}”" if cut else f"{self.rule}: {self.says}"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one mail is, wants and asks for; what services act upon.

    Nothing may be done by a machine where `flags` are set or `intent` is ambiguous. Of human mail `addresses` holds:

    * subscribe_self, unsubscribe: the writer's address, or the one that they call their own; one at most
    * subscribe_other: all who are to be asked (empty: named without an address); the writer among them if they join too
    * change_address: the old address, then the new one; one alone where the other is not given
    * left_post: who has left, if that is clear
    * forward_only: who wrote the mail inside

    An address need not be that of From: it may be one that the writer calls their own, or that of somebody whose mail
    is passed on (`forwarded_by_other`). Only From's own may be acted on without asking.

    It is a reading of the mail alone: whether these are subscribers and whether From may be believed is not known here.
    """

    kind: Kind
    intent: Intent | None = None  # of human mail only
    flags: tuple[Flag, ...] = ()
    addresses: tuple[str, ...] = ()  # whose subscription it concerns; a change of address: the old one, then the new
    recipient: str = ""  # the failed address of a bounce
    reply_text: str = ""  # the new words alone
    reasons: tuple[Reason, ...] = ()
    status: str = ""  # enhanced status code of a bounce (RFC 3463), such as 5.1.1
    smtp_code: str = ""  # such as 550
    delayed: bool = False  # no bounce yet: the other system goes on trying
    delivery: int | None = None  # the delivery that the VERP address names, where keys were given
    recipients: tuple[str, ...] = ()  # every failed address of a bounce
    back_on: date | None = None  # of an out of office: the day they return
    has_left: bool = False  # of an automatic reply: the person has left for good
    forwarded_by_other: str = ""  # the address under which a forwarded mail inside was written

    def as_dict(self, path: str) -> dict[str, Any]:
        """The line of `newsletter inbox classify --json`."""
        return {
            "path": path,
            "kind": self.kind.value,
            "intent": self.intent.value if self.intent else None,
            "flags": [flag.value for flag in self.flags],
            "addresses": list(self.addresses),
            "recipient": self.recipient,
            "reply_text": self.reply_text,
            "reasons": [str(reason) for reason in self.reasons],
        }
