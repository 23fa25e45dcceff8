"""Whether From may be believed, by the Authentication-Results that our own receiver wrote (RFC 8601).

Anybody may write such a header into a mail. Only the topmost one that bears our receiver's name counts, and the
receiver must take away those that come from outside under its name (RFC 8601 section 5).
"""

import re
from enum import StrEnum

from newsletter.replies.mail import IncomingMail

MICROSOFT_365 = "microsoft-365"  # Exchange Online writes no name of its own before the results

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"(?:^|;|\s)\s*(dmarc|spf|dkim)\s*=\s*([a-z]+)", re.IGNORECASE)
_FROM = re.compile(r"\bheader\.from\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_LONGEST = 8192


class Authenticity(StrEnum):
    """What our receiver says of From."""

    PASS = "pass"  # noqa: S105  (DMARC passed for the very domain in From)
    FAIL = "fail"  # it says outright that the mail is not from there
    UNKNOWN = "unknown"  # it says neither, or nothing is known of it


def authenticity(mail: IncomingMail, receiver: str) -> Authenticity:
    """What the results of `receiver` say of the one address in From; without a receiver nothing is known."""
    told = _results(mail, receiver) if receiver else None
    if told is None or mail.sender is None:
        return Authenticity.UNKNOWN
    results: dict[str, set[str]] = {}
    for method, result in _RESULT.findall(told):
        results.setdefault(method.lower(), set()).add(result.lower())
    return _judged(results, told, mail)


def _judged(results: dict[str, set[str]], told: str, mail: IncomingMail) -> Authenticity:
    dmarc = results.get("dmarc", set())
    if "fail" in dmarc:
        return Authenticity.FAIL
    if "pass" in dmarc:
        return Authenticity.PASS if _is_about_sender(told, mail) else Authenticity.UNKNOWN
    forged = "fail" in results.get("spf", ()) and "pass" not in results.get("dkim", ())
    return Authenticity.FAIL if forged else Authenticity.UNKNOWN


def _is_about_sender(told: str, mail: IncomingMail) -> bool:
    """One author, and the domain that was looked at is theirs. Two addresses in From: DMARC saw one of them."""
    domain = mail.sender.domain if mail.sender else ""
    looked_at = {found.lower().rpartition("@")[2] for found in _FROM.findall(told)}
    single = len(mail.fields.get("from", ())) == 1 and mail.all("from").count("@") == 1
    return single and (not looked_at or looked_at == {domain})


def _results(mail: IncomingMail, receiver: str) -> str | None:
    """The topmost results under the receiver's name, without comments and that name."""
    for value in mail.fields.get("authentication-results", ()):
        head, _, rest = _COMMENT.sub(" ", value[:_LONGEST]).partition(";")
        if receiver == MICROSOFT_365 and "=" in head:
            return f"{head};{rest}"
        words = head.split()
        if words and words[0].lower() == receiver.lower():
            return rest
    return None
