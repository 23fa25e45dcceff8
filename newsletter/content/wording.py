"""The plain words people see for states and reasons: one table for terminal, studio, mail and print.

The keys are the states and reasons of the ledger, written as strings so that this package needs no database.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType


def phrase(english: str) -> str:
    """Mark words that are shown to readers: the catalogue translates them where they are shown."""
    return english


# Order is the order in which a receipt tells them; it starts with what went well.
RECEIPT_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "accepted",
        "refused": "sent back by their mail system",
        "expired": "given up after days of trying",
        "deferred": "trying again",
        "waiting": "waiting",
        "left": "left in time",
        "paused": "paused",
        "suppressed": "never to write to again",
        "unreachable": "no longer reachable",
        "already": "already had it",
        "cancelled": "stopped before it left",
        "in_doubt": "we can't tell",
        "not_known": "never found out",
    }
)

# Which part of the receipt a delivery counts in: by its reason where that decides, else by its state.
PART_OF_REASON: Mapping[str, str] = MappingProxyType(
    {
        "left": "left",
        "erased": "left",
        "paused": "paused",
        "suppressed": "suppressed",
        "unreachable": "unreachable",
        "already": "already",
        "cancelled": "cancelled",
        "expired": "expired",
        "not_known": "not_known",
    }
)
PART_OF_STATE: Mapping[str, str] = MappingProxyType(
    {
        "pending": "waiting",
        "claimed": "waiting",
        "transmitting": "waiting",
        "deferred": "deferred",
        "accepted": "accepted",
        "refused": "refused",
        "in_doubt": "in_doubt",
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "left": "left in time",
        "erased": "left, and asked to be erased",
        "paused": "paused",
        "suppressed": "never to write to again",
        "unreachable": "no longer reachable",
        "already": "already had it",
        "cancelled": "stopped before it left",
        "expired": "given up after days of trying",
        "evidence": "settled by later evidence",
        "decided": "settled by a person",
        "not_known": "never found out",
    }
)

# Why a mail came back. The first two are held against an address (`[bounces]`), the others never.
BOUNCE_CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "gone": "there is no such mailbox",
        "closed": "the mailbox is full or takes no mail",
        "blocked": "mail like ours is not wanted there",
        "other": "the reason is not clear",
    }
)

MAILING_STATES: Mapping[str, str] = MappingProxyType(
    {
        "planned": "ready to go",
        "scheduled": "scheduled",
        "needs_approval": "waiting for somebody to say it may go",
        "sending": "on its way",
        "paused": "paused",
        "finished": "finished",
        "cancelled": "stopped",
    }
)

# What somebody can do next about a mailing, by its state; "sending" where no process is at it.
NEXT_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "planned": "It has not begun: `newsletter resume {mailing}` sends it.",
        "scheduled": "It leaves if `newsletter serve` runs then, or a window waits with `newsletter resume {mailing}`; "
        "`newsletter cancel {mailing}` calls it off.",
        "needs_approval": "Its time is long past: `newsletter resume {mailing} --by NAME` sends it now, `newsletter "
        "cancel {mailing}` calls it off.",
        "sending": "Nobody is sending it at this moment: `newsletter resume {mailing}` goes on from exactly there, and "
        "so does `newsletter serve`.",
        "paused": "`newsletter resume {mailing}` goes on.",
        "in_doubt": "`newsletter resolve {mailing}` says more of those we can't tell.",
    }
)

# What becomes of the rows of an import, in the order in which they are told.
IMPORT_FATES: Mapping[str, str] = MappingProxyType(
    {
        "new": "new",
        "changed": "changed",
        "same": "here already",
        "stayed_out": "left earlier",
        "suppressed": "never to write to",
        "duplicate": "twice in the file",
        "broken": "broken",
    }
)

PRACTICE_BANNER = "Practice. Nothing leaves this computer."
CHOSEN = "chosen"


def receipt_part(state: str, reason: str) -> str:
    """The part of the receipt that counts a delivery in this state; KeyError for a state the ledger does not know."""
    return PART_OF_REASON[reason] if reason in PART_OF_REASON else PART_OF_STATE[state]


# Why the program itself held a mailing, for staff; what they need to do comes last.
HELD: Mapping[str, str] = MappingProxyType(
    {
        "policy": "{count} mails in a row were refused on policy ({status}): they were taken for spam, or our domain "
        "is not trusted. Run `newsletter doctor`, ask whoever runs your mail, then resume.",
        "too_big": "A mail system says that the issue is too big ({status}). Make its pictures smaller, approve it "
        "again and send that in place of this mailing.",
    }
)


def held_because(why: str, status: str, *, count: int = 1) -> str:
    """The sentence for staff; `status` is the answer's numbers alone. KeyError for a reason that is not known."""
    return HELD[why].format(status=status, count=count)


def how_long(people: int, seconds: float, *, may_close: bool) -> str:
    """ "3,500 people: about 2 hours. You can close this window." """
    window = "You can close this window." if may_close else "Leave this window open."
    who = "1 person" if people == 1 else f"{people:,} people"
    return f"{who}: {about(seconds)}. {window}"


def at_moment(moment: datetime) -> str:
    """ "09:30 on 5 December 2025", in the zone that the moment carries."""
    return f"{moment:%H:%M} on {moment.day} {moment:%B %Y}"


def about(seconds: float) -> str:
    """A length of time as people say it: "about 2 hours"."""
    if seconds < 60:
        return "less than a minute"
    units = (("minute", 60, 90), ("hour", 3_600, 36), ("day", 86_400, math.inf))
    unit, count = next((unit, round(seconds / length)) for unit, length, most in units if seconds / length <= most)
    return f"about {count:,} {unit}{'' if count == 1 else 's'}"


def quota_is_short(*, whose: str, per_day: int, used: int, today: int) -> str:
    """Says that a mailing will take more than the day's quota, and what happens then."""
    limit = f"{whose or 'The setting [sending.pace] per_day'} lets {per_day:,} go within 24 hours"
    spent = f", and {used:,} of them are used" if used else ""
    return f"{limit}{spent}: {today:,} leave in the next 24 hours, the rest after that."


def advice_on_doubt(words: str, *, by_crash: bool, tries: int) -> str:
    """What we would do about a mail that may or may not have arrived, and why. The first rule that fits decides."""
    if tries > 1:
        return "Leave it: it was tried twice without an answer, and a third copy helps nobody. Ask the reader."
    if by_crash:
        return "Leave it: this computer stopped while the answer was awaited, and most such mails have arrived."
    if any(word in words.lower() for word in _SOUNDS_REFUSED):
        return "Send it again: the answer made no sense, but it sounds like a refusal."
    if any(word in words.lower() for word in _SOUNDS_TAKEN):
        return "Leave it: the answer made no sense, but it sounds like a mail that was taken."
    return "Leave it, or ask the reader: the whole mail was handed over and no answer came; most such mails arrive."


_SOUNDS_REFUSED = ("reject", "denied", "refused", "spam", "blocked", "invalid", "unavailable")
_SOUNDS_TAKEN = ("queued", "accepted", "message-id", "thank", "250 ")

# Acts of people as the log keeps them, in words. One that is not here is shown as it is.
ACTS: Mapping[str, str] = MappingProxyType(
    {
        "approve": "approved",
        "cancel": "stopped for good",
        "come in": "came in by a link",
        "correct web copy": "put a dated note on the web copy",
        "end session": "signed out elsewhere",
        "end sessions": "signed out everywhere else",
        "entrance link": "made a link to come in",
        "erase": "erased a person",
        "export": "took the list out as a file",
        "export person": "took one person's data out as a file",
        "import": "imported a list",
        "invite": "invited",
        "lost key": "went on without the lost key",
        "mode": "changed between practice and live",
        "overdue": "found overdue",
        "password": "chose another password",
        "pause": "held",
        "plan": "began to send",
        "recovery link": "made a link to choose a new password",
        "remove": "closed",
        "renew links": "made all personal links anew",
        "resolve": "settled mails that we can't tell",
        "restore": "put back a copy of the database",
        "resume": "let go on",
        "role": "changed the role",
        "schedule": "scheduled",
        "send draft": "sent a draft for comment",
        "sign in": "signed in",
        "withdraw picture": "withdrew a picture",
        "wrong password": "typed a wrong password",
    }
)

# What staff call the types of sections.
SECTION_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "letter": "Letter",
        "updates": "Updates",
        "callout": "Call to action",
        "feature": "Feature",
        "spotlights": "Spotlight reports",
        "news": "News in brief",
        "events": "List of events",
        "resources": "Resources",
        "feedback": "Closing words",
        "social": "Accounts elsewhere",
        "quote": "Quotation",
        "image": "Picture",
        "text": "Plain text",
    }
)

# Languages that readers are written to, each as its own speakers call it.
LANGUAGE_NAMES: Mapping[str, str] = MappingProxyType(
    {"en": "English", "cy": "Cymraeg", "ga": "Gaeilge", "gd": "Gàidhlig"}
)
