"""Which address a mail reached: read from a copy that somebody forwarded or pasted, header or bounce.

The person who wants to leave often writes from another address than the one on the list. A received mail names its
subscription in the List-Unsubscribe field, in its Message-ID and in its bounce address; any of them is enough. Where
only the visible body was forwarded nothing of it is left: the body is the same for everybody, on purpose.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice

from newsletter.errors import InputError
from newsletter.models import Delivery, Subscriber
from newsletter.services.keys import key_of
from newsletter.subscribers.tokens import TOKEN, Purpose, read_token
from newsletter.workspace import Workspace

MOST_BYTES = 30_000_000  # larger than any mail system takes
_MOST_PARTS = 100
_MOST_FOUND = 50  # different tokens and numbers looked up of one text
_MESSAGE_ID = re.compile(r"<?([0-9a-f]{16})\.([0-9a-f]{16})@([A-Za-z0-9.-]+)")
# Lines of a header or of quoted-printable go on after these.
_FOLDED = re.compile(r"=?\r?\n(?:[ \t>]*)")


@dataclass(frozen=True, kw_only=True)
class Trace:
    """One sign in the text, and whose subscription it names."""

    sign: str  # what was found, in words
    person: Subscriber | None  # None where they were erased since
    delivery: Delivery | None  # the copy, where the sign names one


def whose(workspace: Workspace, raw: bytes) -> list[Trace]:
    """The subscriptions that a received mail or a piece of one names, each person once.

    Raises InputError for more bytes than any mail has, and where nothing of ours is in it.
    """
    if len(raw) > MOST_BYTES:
        raise InputError("This is larger than any mail; paste the header of the mail alone.")
    text = "\n".join(_texts(raw))
    people: dict[int | None, Trace] = {}
    for trace in (*_by_token(workspace, text), *_by_message_id(text)):
        known = people.get(trace.person.pk if trace.person else None)
        if known is None or known.delivery is None:
            people[trace.person.pk if trace.person else None] = trace
    if not people:
        raise InputError(
            "Nothing in it names a subscription. The visible text is the same for everybody: forward the mail as an "
            "attachment, or paste its whole header."
        )
    return list(people.values())


def _texts(raw: bytes) -> Iterator[str]:
    """The text as it came, joined where lines were folded, and whatever was hidden by an encoding."""
    plain = raw.decode("utf-8", "replace")
    yield plain
    yield _FOLDED.sub("", plain)
    try:
        for part in islice(message_from_bytes(raw, policy=policy.compat32).walk(), _MOST_PARTS):
            yield from _decoded(part)
    except Exception:  # noqa: BLE001  (the parser was written for mail, and this may be anything; the text above is enough)
        return


def _decoded(part: Message) -> Iterator[str]:
    """What an encoding hides in the header and in the text of one part."""
    for value in map(str, part.values()):
        if "=?" in value:  # RFC 2047; some mail programs write long fields so that are plain text
            yield str(make_header(decode_header(value)))
    content = part.get_payload(decode=True) if part.get("Content-Transfer-Encoding") else None
    if isinstance(content, bytes):
        yield content.decode("utf-8", "replace")


def _by_token(workspace: Workspace, text: str) -> Iterator[Trace]:
    keys = key_of(workspace).for_tokens
    for token in list(dict.fromkeys(TOKEN.findall(text)))[:_MOST_FOUND]:
        for purpose, words in _SIGNS.items():
            try:
                subject = read_token(purpose, token, keys)
            except InputError:
                continue
            if purpose == Purpose.BOUNCE:
                yield from _delivery(words, pk=subject)
            else:
                yield from _person(words, subject)


_SIGNS = {
    Purpose.UNSUBSCRIBE: "the unsubscribe link in its header",
    Purpose.PREFERENCES: "a link to somebody's own settings",
    Purpose.UNDO: "an undo link",
    Purpose.BOUNCE: "its bounce address",
}


def _by_message_id(text: str) -> Iterator[Trace]:
    for uid, number, domain in list(dict.fromkeys(_MESSAGE_ID.findall(text)))[:_MOST_FOUND]:
        yield from _delivery("its Message-ID", mailing__uid=uid, message_id=f"<{uid}.{number}@{domain}>")


def _person(words: str, public_id: int) -> Iterator[Trace]:
    person = Subscriber.objects.filter(public_id=public_id).first()
    yield Trace(sign=words, person=person, delivery=None)


def _delivery(words: str, **which: object) -> Iterator[Trace]:
    row = Delivery.objects.filter(**which).select_related("subscriber", "mailing__edition").first()
    if row is not None:
        yield Trace(sign=words, person=row.subscriber, delivery=row)
