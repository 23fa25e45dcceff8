"""What a server's answer says about us, beyond what it says about one recipient: too fast, not wanted, too big.

Read from the codes (RFC 5321, RFC 3463); the words are looked at only where a large provider has no code for it.
"""

from enum import StrEnum

from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater

# 421 and 45x are RFC 5321's own; 432 and 454 are Microsoft's and Amazon's, 429 is HTTP's.
_SLOWER = frozenset({421, 429, 432, 451, 452, 454})
_QUOTA = frozenset({"5.4.5", "5.1.90"})  # Google's and Microsoft's codes for the day's number of recipients
_QUOTA_WORDS = "daily message quota exceeded"  # Amazon SES says it with 454, as it says "too fast"
_QUOTA_REST = 3_600.0  # seconds: most count within 24 hours, so some of it is free again by then
_TOO_BIG = "5.3.4"  # message too big for the system
_OF_RECIPIENT = ("1", "2")  # RFC 3463 subjects: address, mailbox
_OF_POLICY = "7"


class Fault(StrEnum):
    """Something that no recipient is to blame for."""

    POLICY = "policy"  # they do not want mail like this, or from us
    TOO_BIG = "too_big"  # the issue is too large for them: it will be for the next one as well
    QUOTA = "quota"  # the day's number of mails is used up


def fault_of(outcome: Outcome) -> Fault | None:
    """What is wrong with us or the issue, or None."""
    if isinstance(outcome, Accepted | InDoubt):
        return None
    if outcome.enhanced in _QUOTA or _QUOTA_WORDS in outcome.text.lower():
        return Fault.QUOTA
    if not isinstance(outcome, Refused):
        return None
    subject = _subject(outcome)
    if subject == _OF_POLICY:
        return Fault.POLICY
    if outcome.enhanced == _TOO_BIG or (outcome.code == 552 and subject not in _OF_RECIPIENT):
        return Fault.TOO_BIG  # 552 with 5.2.x is one full mailbox
    if outcome.code == 554 and subject not in _OF_RECIPIENT:
        return Fault.POLICY  # "transaction failed", without more: what most filters say after the dot
    return None


def without_blame(outcome: Outcome) -> Outcome:
    """The outcome as it is recorded: a refusal because the day's quota is used up is no refusal of this person."""
    if not isinstance(outcome, Refused) or fault_of(outcome) is not Fault.QUOTA:
        return outcome
    return TryLater(code=outcome.code, enhanced=outcome.enhanced, text=outcome.text, retry_after=_QUOTA_REST)


def says_slower(outcome: Outcome) -> bool:
    """Whether the other side asks for less at a time, rather than that this mail should come later (450, greylisting).

    A full mailbox (4.2.2) is none of it.
    """
    return isinstance(outcome, TryLater) and outcome.code in _SLOWER and outcome.enhanced != "4.2.2"


def is_about_recipient(outcome: Outcome) -> bool:
    """Whether the answer is about the address or its mailbox, and so at most about its domain."""
    return _subject(outcome) in _OF_RECIPIENT


def _subject(outcome: Outcome) -> str:
    """The middle number of the enhanced status, such as 7 in 5.7.1; empty where there is none."""
    return outcome.enhanced.split(".")[1] if outcome.enhanced.count(".") == 2 else ""
