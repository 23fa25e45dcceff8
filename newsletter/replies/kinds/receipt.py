"""Read receipts (RFC 8098), reports of successful delivery, and answers of calendars (RFC 6047): nothing to do."""

from newsletter.replies.phrases import patterns
from newsletter.replies.quoting.words import plain
from newsletter.replies.reading import Reading
from newsletter.replies.rule import KindRule, Sighting
from newsletter.replies.verdict import Kind, Verdict

_WORDS = patterns("kinds")
_NOTE = 120  # characters


def look_at_receipt(reading: Reading) -> Sighting | None:
    """Sees that somebody's program tells us that a mail was read or arrived."""
    mail = reading.mail
    if mail.disposition is not None or mail.report_type == "disposition-notification":
        said = (mail.disposition or {}).get("disposition", ("",))[0]
        return Sighting(verdict=Verdict(kind=Kind.RECEIPT), says="a read receipt", quote=said)
    actions = [group["action"][0].lower() for group in mail.status_groups if "action" in group]
    if actions and all(action.startswith(("delivered", "relayed", "expanded")) for action in actions):
        return Sighting(
            verdict=Verdict(kind=Kind.RECEIPT), says="a report that the mail arrived", quote=f"Action: {actions[0]}"
        )
    if _WORDS["read"].match(plain(mail.subject)) and _WORDS["was_read"].search(reading.new_words[:500]):
        return Sighting(verdict=Verdict(kind=Kind.RECEIPT), says="a read receipt", quote=mail.subject)
    return None


def look_at_calendar(reading: Reading) -> Sighting | None:
    """Sees the answer of a calendar; an invitation that a person sends is theirs."""
    mail = reading.mail
    if mail.calendar_method in ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH", "CANCEL"):
        return Sighting(
            verdict=Verdict(kind=Kind.RECEIPT), says=f"a calendar's answer ({mail.calendar_method})", quote=mail.subject
        )
    if _WORDS["answered"].match(plain(mail.subject)) and _adds_little(reading):
        return Sighting(verdict=Verdict(kind=Kind.RECEIPT), says="a calendar's answer", quote=mail.subject)
    return None


def _adds_little(reading: Reading) -> bool:
    """No words, or a short note to an answer that asks nothing of us."""
    words = reading.new_words.strip()
    noted = _WORDS["answered_with_words"].match(plain(reading.mail.subject)) and len(words) < _NOTE
    return not words or bool(noted and not _WORDS["about_list"].search(words))


RULES = (
    KindRule(
        name="receipt", why="RFC 8098 and RFC 3464: a notice that a mail was read or arrived.", look=look_at_receipt
    ),
    KindRule(name="calendar-answer", why="RFC 6047: METHOD:REPLY.", look=look_at_calendar),
)
