"""What a provider's answer over HTTP means for a copy: the one place where it is decided.

Accepted is not here: only anymail can tell it from each provider's words. The codes say whose fault a refusal is
(RFC 9110 section 15), and where a provider gives no enhanced status one is set, so that what watches over a mailing
reads all transports alike: 5.7.0 for mail like this, 5.1.0 for this recipient, 5.3.4 for mail too big (RFC 3463).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from newsletter.errors import RouteRefusedError
from newsletter.transports.base import InDoubt, Refused, TryLater, enhanced_code
from newsletter.transports.in_flight import Answer

LONGEST_TEXT = 1000  # letters of an answer that are kept

_ABOUT_US = frozenset({401, 402, 403, 404, 405, 407, 410})  # the key, the account, the address of the API
_NOT_NOW = frozenset({408, 425})  # they did not take the request in
OF_RECIPIENT, _OF_MAIL_LIKE_THIS = "5.1.0", "5.7.0"
_TOO_MANY, _TOO_BIG, _BUSY = 429, 413, 503
_NO_END, _TOO_LARGE = "the connection broke before the whole message was there", "5.3.4"


def refused_by(name: str, status: int, text: str, headers: Mapping[str, str], *, recipient: str) -> Answer:
    """What an answer that is not positive means. A gateway's 5xx may hide a mail that was taken: that is in doubt.

    503 is the exception: who says it did not handle the request.
    """
    words: dict[str, Any] = {"code": status, "text": text[:LONGEST_TEXT]}
    if status in (_TOO_MANY, _BUSY):
        return Answer(outcome=TryLater(**words, retry_after=seconds_to_wait(headers)))
    if status in _NOT_NOW:
        return Answer(outcome=TryLater(**words, untouched=True))
    if status >= 500:
        return Answer(outcome=InDoubt(**words))
    if status < 400 or status in _ABOUT_US:
        return route_refused(name, status, text)
    enhanced = _TOO_LARGE if status == _TOO_BIG else enhanced_code(text) or _subject(text, recipient)
    return Answer(outcome=Refused(**words, enhanced=enhanced))


def route_refused(name: str, status: int | None, text: str) -> Answer:
    """They take no mail from us at all: nothing was sent, and a person must mend it. Their words stay in the ledger."""
    number = f" ({status})" if status else ""
    return Answer(
        outcome=TryLater(code=status, text=text[:LONGEST_TEXT], untouched=True),
        fault=RouteRefusedError(f"{name} refuses to take mail from us{number}; check [provider] in newsletter.toml."),
    )


def broken_off(reason: str) -> Answer:
    """The last byte of the request never left, so nothing can have been accepted."""
    return Answer(outcome=TryLater(text=f"{_NO_END} ({reason})", untouched=True), silent=True)


def unanswered(reason: str) -> Answer:
    """The whole request left, and what became of it was not told."""
    return Answer(outcome=InDoubt(text=f"no answer after the whole message was sent ({reason})"), silent=True)


def seconds_to_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """What Retry-After asks for, as seconds or as a date (RFC 9110 section 10.2.3); None where it is not there."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _subject(text: str, recipient: str) -> str:
    """Whose fault a refusal without a status is: the recipient's where they name the address, or else ours."""
    return OF_RECIPIENT if recipient.lower() in text.lower() else _OF_MAIL_LIKE_THIS
