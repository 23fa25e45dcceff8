"""Failures told in words: the many systems that send no report in the standard's form."""

import re
from collections.abc import Iterator, Sequence

from newsletter.replies.bounces.failures import Failure
from newsletter.replies.mail import IncomingMail
from newsletter.replies.mailboxes import addresses_in, read_mailboxes

_LONGEST = 20_000  # characters of the report that are looked at
_RETURNED = re.compile(
    r"^\W*(-+ ?)?(below (this line|is)|(this is a |a )?copy of (the|your) (original )?(message|mail)"
    r"|(the )?original (message|mail)|(the )?(returned|undelivered|rejected|unsent|failed|transcript of) (message"
    r"|mail)"
    r"|message (header|text|follows|contents?)|(start|begin) of (the )?(returned|original|forwarded)"
    r"|unsent message|your (original )?(message|mail) (follows|text|reads)|the (first|following) .{0,40} (of the"
    r"|original) (message|mail)"
    r"|(the )?(header|text|body) of (the|your) .{0,20}(message|mail)|returned (mail|message) follows"
    r"|message headers? follow|included is a copy|received: from|return-path: |-+ ?(returned|original|forwarded"
    r"|message|undelivered|unsent|this is)).*$",
    re.IGNORECASE | re.MULTILINE,
)
_MACHINE = re.compile(
    r"^(mailer-daemon|postmaster|poostmaster|mail-daemon|mdaemon|abuse|root|nobody|support|helpdesk|noreply|no-reply)@"
)
_PRECEDED = re.compile(
    r"(?<!generated )(?<!expanded )\b(message-?id|from|sender|helo|id|by|smtp from|mail from|sent by|envelope-from"
    r"|return-path|reply-to|contact|please (e-?mail|contact|write)|postmaster)\W{0,4}\S{0,4}$",
    re.IGNORECASE,
)
_REPORTED = re.compile(r"^(?:original|final)-recipient:\s*(?:rfc822;)?(.*)$", re.IGNORECASE | re.MULTILINE)
_ANNOUNCED = re.compile(
    r"(following|these) .{0,30}(recipient|address|user|person|people)|(not|n.t) (be )?(deliver"
    r"|reach)\w*.{0,40}\bto\b|failed (recipient|address)|affected|undeliverable to",
    re.IGNORECASE,
)
_NAME_ALONE = re.compile(r"\s*\n[ \t]*([\w.+-]{2,40})(?:[ \t]{2,}[^\n]*)?\n")
_NEAR = 400  # characters after an address in which the mail system says why


def transcribed_failures(mail: IncomingMail) -> tuple[Failure, ...]:
    """The failed addresses that the text names, each with the words that follow it; the likeliest first."""
    report = report_text(mail)
    fields = [address for match in _REPORTED.finditer(mail.text[:_LONGEST]) for address in addresses_in(match[1])]
    said = [address for value in mail.fields.get("x-failed-recipients", ()) for address in addresses_in(value)]
    candidates = list(dict.fromkeys([*said, *fields, *_bare(mail, report), *_named(mail, report), *_written_to(mail)]))
    return tuple(Failure(address=address, words=words_about(address, report)) for address in candidates[:10]) or (
        (Failure(words=report[: 2 * _NEAR]),) if report.strip() else ()
    )


def _bare(mail: IncomingMail, report: str) -> Iterator[str]:
    """A name without its domain, on a line of its own below "the following": it is one of the reporting system's."""
    announced = _ANNOUNCED.search(report)
    found = _NAME_ALONE.match(report, report.find("\n", announced.end())) if announced else None
    if found and mail.sender and not any(box.domain == mail.sender.domain for box in mail.recipients):
        yield f"{found[1]}@{mail.sender.domain}"


def report_text(mail: IncomingMail) -> str:
    """The text up to the mail that is given back."""
    found = next((match for match in _RETURNED.finditer(mail.text[:_LONGEST]) if match.start() > 20), None)
    return mail.text[: found.start()] if found else mail.text[:_LONGEST]


def _named(mail: IncomingMail, report: str) -> Iterator[str]:
    """Addresses in the report that are neither ours, who get the bounce, nor the reporting machine's."""
    not_meant = {box.compared for box in mail.recipients} | {box.compared for box in read_mailboxes(mail.all("from"))}
    returned = _returned_text(mail, report).lower()
    announced = _ANNOUNCED.search(report)
    found = [address for address in addresses_in(report) if _may_be_meant(address, report, not_meant)]
    # The likeliest are those that the returned copy names too, then those after "the following recipients".
    yield from sorted(
        found,
        key=lambda address: (address.lower() not in returned, not announced or report.find(address) < announced.end()),
    )


def _returned_text(mail: IncomingMail, report: str) -> str:
    names = ("to", "received", "delivered-to", "x-original-to")
    enclosed = (value for each in mail.enclosed for name in names for value in each.fields.get(name, ()))
    return " ".join([mail.text[len(report) :][:_LONGEST], *enclosed])


def _may_be_meant(address: str, report: str, not_meant: set[str]) -> bool:
    if address.lower() in not_meant or _MACHINE.match(address.lower()):
        return False
    at = report.find(address)
    return not _PRECEDED.search(report[max(0, at - 60) : at].rpartition("\n")[2])


def _written_to(mail: IncomingMail) -> Sequence[str]:
    """Whom the returned mail was written to."""
    returned = [
        box.address for enclosed in mail.enclosed for box in read_mailboxes(", ".join(enclosed.fields.get("to", ())))
    ]
    below = mail.text[len(report_text(mail)) :][:_LONGEST]
    inline = [
        box.address for match in re.finditer(r"^>?\s*To:(.*)$", below, re.MULTILINE) for box in read_mailboxes(match[1])
    ]
    return [*returned, *inline[:3]]


def words_about(address: str, report: str) -> str:
    """What is said after the address, up to the next one; where that says nothing, the whole report."""
    at = report.lower().find(address.lower())
    if at >= 0:
        after = report[at + len(address) : at + len(address) + _NEAR]
        others = [after.find(other) for other in addresses_in(after) if other.lower() != address.lower()]
        after = after[: min(others, default=_NEAR)]
        if Failure(words=after).cause:
            return after.strip(" >:\n")
    return report.strip()
