"""Signs that no person wrote a mail and that it tells of a delivery; without one of them nothing is called a bounce.

A person may write "undeliverable" too, and a bounce wrongly seen would drop a reader.
"""

import re

from newsletter.replies.phrases import patterns
from newsletter.replies.quoting.words import FORWARD_PREFIX, REPLY_PREFIX, plain
from newsletter.replies.reading import Reading

_WORDS = patterns("kinds")
_ANSWER = re.compile(rf"{REPLY_PREFIX.pattern}|{FORWARD_PREFIX.pattern}")
_OPENING = (
    r"(\W*(warning|notice|error|nd[rn])\W+)?((mail|message|e-?mail|permanent|temporary) |your (message|mail"
    r"|e-?mail).{0,40})?"
)
_SUBJECT = re.compile(rf"{_OPENING}(?:{_WORDS['failed_subject'].pattern})")
_BOUNCES = re.compile(r"^bounces?\b|[-+_.]bounces?\b")
_PERSONAL = re.compile(r"\b(I|I'm|I've|I'd|my|we|thanks|thank you|regards|dear|hi|hello)\b", re.IGNORECASE)


def delivery_signs(reading: Reading) -> str:
    """What shows that a mail system wrote it of a delivery; empty where nothing does."""
    mail = reading.mail
    if mail.null_sender and any(reading.ours.read_delivery(box.address) is not None for box in mail.recipients):
        return "it came to the bounce address of one delivery"
    daemon = _from_daemon(reading)
    reports = bool(_WORDS["reports"].search(mail.text[:2000])) and not _PERSONAL.search(reading.new_words[:2000])
    if reports and any(_BOUNCES.search(box.compared) for box in mail.recipients):
        return "it came to the address for bounces and tells of a failed delivery"
    if _ANSWER.match(plain(mail.subject)) and not daemon:
        return ""
    if mail.report_type == "delivery-status" or "x-failed-recipients" in mail.fields or mail.status_groups:
        return "it is a delivery report"
    by_subject = bool(_SUBJECT.match(plain(mail.subject)))
    told = by_subject or bool(_WORDS["says_failed"].search(mail.text[:5000]))
    if daemon:
        return "a mail system wrote it" if told or mail.enclosed else ""
    if by_subject and _no_sender(reading):
        return "it has no sender, as bounces have"
    if by_subject and reports:
        return "it tells of a failed delivery in a machine's words"
    return ""


def _no_sender(reading: Reading) -> bool:
    mail = reading.mail
    machine = mail.first("auto-submitted").lower().startswith("auto") or "invoked for bounce" in mail.all("received")
    return machine or mail.null_sender or mail.first("from").strip() == "<>"


def _from_daemon(reading: Reading) -> bool:
    sender = reading.mail.all("from").lower()
    path = reading.mail.first("return-path").lower().strip("<> ")
    return bool(
        _WORDS["daemon"].search(f"{sender}@")
        or _WORDS["daemon_name"].match(sender.lstrip('" '))
        or path.startswith("mailer-daemon")
    )
