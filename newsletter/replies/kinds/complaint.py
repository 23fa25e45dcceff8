"""Feedback reports: a reader pressed "this is spam" and their provider tells us (RFC 5965)."""

import re

from newsletter.replies.mail import Fields
from newsletter.replies.mailboxes import addresses_in
from newsletter.replies.reading import Reading
from newsletter.replies.rule import KindRule, Sighting
from newsletter.replies.verdict import Kind, Verdict

_NO_COMPLAINT = ("not-spam", "auth-failure", "dmarc", "spf", "dkim")  # a report on us, not a reader's wish
_HOTMAIL = re.compile(r"\s*complaint about message from \[?[\d.a-f:]+\]?", re.IGNORECASE)
_WRITTEN_TO = ("original-rcpt-to", "x-hmxmroriginalrecipient", "removal-recipient", "original-recipient")


def look(reading: Reading) -> Sighting | None:
    """Sees a feedback report, or the shape that Hotmail gives it."""
    mail = reading.mail
    if mail.feedback is None:
        hotmail = "x-hmxmroriginalrecipient" in mail.fields or (_HOTMAIL.match(mail.subject) and mail.enclosed)
        return _complaint(reading, "a complaint about a mail of ours", mail.subject) if hotmail else None
    kind = mail.feedback.get("feedback-type", ("abuse",))[0].lower()
    if kind.startswith(_NO_COMPLAINT):
        return Sighting(
            verdict=Verdict(kind=Kind.AUTO_REPLY), says=f"a report of the kind {kind}, which no reader asked for"
        )
    return _complaint(reading, "a feedback report says that a reader complained", f"Feedback-Type: {kind}")


def _complaint(reading: Reading, says: str, quote: str) -> Sighting:
    found = tuple(dict.fromkeys(_complainers(reading)))
    delivery = reading.ours.read_delivery(_original_sender(reading))
    verdict = Verdict(
        kind=Kind.COMPLAINT,
        recipient=found[0] if found else "",
        recipients=found,
        addresses=found[:1],
        delivery=delivery,
    )
    return Sighting(verdict=verdict, says=says, quote=quote)


def _complainers(reading: Reading) -> list[str]:
    """Whom the mail was written to; providers hide it at will, so the returned copy is asked too."""
    fields = [
        reading.mail.feedback or {},
        _own_marks(reading),
        *(enclosed.fields for enclosed in reading.mail.enclosed),
    ]
    values = [value for each in fields for name in (*_WRITTEN_TO, "to") for value in each.get(name, ())]
    return [address for value in values for address in addresses_in(value) if not reading.ours.are(address)]


def _own_marks(reading: Reading) -> Fields:
    """Hotmail's header stands in the report itself; its To is ours."""
    return {name: values for name, values in reading.mail.fields.items() if name in _WRITTEN_TO}


def _original_sender(reading: Reading) -> str:
    return (reading.mail.feedback or {}).get("original-mail-from", ("",))[0]


RULE = KindRule(name="complaint", why="RFC 5965; a complaint means out at once.", look=look)
