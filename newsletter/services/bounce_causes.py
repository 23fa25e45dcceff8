"""What an answer says about a mailbox: gone, closed for now, or nothing, because it speaks of us.

A mail system's directory may be wrong for a day, and filters hide behind any code, so this is read with care: what is
not clearly about the mailbox is not held against it. Codes are RFC 3463's; the words are looked at where there is no
code, or one that says nothing (Exim sends none, Outlook.com says 5.5.0 of an unknown user).
"""

import re

from newsletter.models import BounceCause

_GONE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10"})  # mailbox, domain, syntax, moved, takes no mail (RFC 7505)
_CLOSED = frozenset({"1.0", "1.4", "2.1", "2.2", "4.1", "4.4"})  # Microsoft says 5.4.1 of many an unknown user
_CLOSED_IN_THE_END = frozenset({"2.1", "2.2"})  # of class 4: only these are the mailbox's own, and no trouble of ours

_SOUNDS_BLOCKED = re.compile(
    r"\b(spam\w*|(un)?block(ed|list\w*)|black-?list\w*|deny-?list\w*|banned|filter\w*|rbl|dnsbl|reputation|spf|dkim"
    r"|dmarc|virus|sender)\b",
    re.IGNORECASE,
)
_SOUNDS_GONE = re.compile(
    r"unknown (user|recipient|mailbox|local|e-?mail address)"
    r"|(user|recipient|mailbox|address)( is| was)? (unknown|not found)"
    r"|no such (user|recipient|mailbox|address|person|account|domain)|no mailbox (here|by that name)"
    r"|(user|recipient|mailbox|account|address)\b.{0,60}(do(es)? ?n.t|do(es)? not|no longer) exist"
    r"|doesn.t have an? \S+ account|(invalid|not a valid|not a known) (recipient|mailbox|user)|unroute?able address"
    r"|mailbox unavailable",
    re.IGNORECASE,
)
_SOUNDS_CLOSED = re.compile(
    r"(mailbox|inbox|quota|storage).{0,30}(full|exceeded)|(over|out of|exceed\w*) ?-?(quota|storage)"
    r"|(account|mailbox|user|recipient)\b.{0,30}(disabled|suspended|inactive|deactivated)",
    re.IGNORECASE,
)
_OF_POLICY, _TRANSACTION_FAILED = "7", 554


def cause_of(code: int | None, enhanced: str, text: str) -> BounceCause:
    """Why a mail was refused for good, by the answer's numbers and words.

    Without a code nobody answered: then it was not sent for a reason of our own.
    """
    kind, _, detail = enhanced.partition(".")
    if code is None:
        return BounceCause.OTHER
    if detail.partition(".")[0] == _OF_POLICY or _SOUNDS_BLOCKED.search(text):
        return BounceCause.BLOCKED
    if detail in (_CLOSED if kind == "5" else _CLOSED_IN_THE_END) or _SOUNDS_CLOSED.search(text):
        return BounceCause.CLOSED
    if code // 100 == 5 and (detail in _GONE or _SOUNDS_GONE.search(text)):
        return BounceCause.GONE
    return BounceCause.BLOCKED if code == _TRANSACTION_FAILED else BounceCause.OTHER
