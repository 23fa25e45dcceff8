"""What a server's reply means for a copy: the one place where both SMTP engines decide it.

A reply is its code and its text. A code of -1 stands for a line that is no SMTP reply.
"""

from newsletter.transports.base import Accepted, InDoubt, Outcome, Refused, TryLater, enhanced_code

CLOSING = 421  # the server says that it ends the connection
GO_AHEAD = 354
NO_REPLY = -1

_NOT_SIGNED_IN = frozenset({530, 534, 535, 538})  # RFC 4954: about us, whatever step they answer
_LONGEST_TEXT = 1000  # letters of a reply that are kept
_VERDICTS: dict[int, type[Accepted] | type[Refused] | type[TryLater]] = {2: Accepted, 4: TryLater, 5: Refused}

BROKEN_OFF = TryLater(text="the connection broke before the message was complete", untouched=True)


def before_body(code: int, text: bytes) -> Refused | TryLater:
    """A refusal before the body: whatever it is, nothing can have been accepted."""
    words = _words(text)
    if code // 100 == 5:
        return Refused(code=code, enhanced=enhanced_code(words), text=words)
    return TryLater(code=_known(code), enhanced=enhanced_code(words), text=words, untouched=ends_connection(code))


def after_body(code: int, text: bytes) -> Outcome:
    """The answer to a whole message; RFC 5321 section 4.2.1: both 4yz and 5yz mean that nothing was accepted."""
    words = _words(text)
    kind: type[Outcome] = _VERDICTS.get(code // 100, InDoubt)
    return kind(code=_known(code), enhanced=enhanced_code(words), text=words, provider_ref=_queue_id(words))


def is_about_addresses(text: bytes) -> bool:
    """RFC 3463 section 3.2. A yes to MAIL or RCPT that stands where the one to a message belongs shows that the server
    said one reply too many before; with DATA its 354 does.
    """
    return enhanced_code(_words(text)).startswith("2.1.")


def unanswered(reason: str) -> InDoubt:
    """No answer came after the end of a message."""
    return InDoubt(text=f"no answer after the end of the message ({reason})")


def ends_connection(code: int) -> bool:
    """421 announces the end of the connection; a code that makes no sense where a refusal was due calls for a new one.

    An answer to a whole message may also be positive.
    """
    return code == CLOSING or code // 100 not in (4, 5)


def concerns_us(code: int, text: bytes) -> bool:
    """Whether a refusal of a recipient or of DATA is about our sign-in."""
    return code in _NOT_SIGNED_IN or enhanced_code(_words(text)) == "5.7.30"


def _queue_id(words: str) -> str:
    """The name most servers give a message they took: `queued as 4F1D2`."""
    return words.rpartition("queued as ")[2].split(maxsplit=1)[0] if "queued as " in words else ""


def _known(code: int) -> int | None:
    return None if code == NO_REPLY else code


def _words(text: bytes) -> str:
    return text.decode("utf-8", "replace")[:_LONGEST_TEXT]
