"""A mail arrives: its bytes are kept and one row is written, whichever way it came and however often.

What makes two arrivals the same mail is what its author wrote: Message-ID, Date, From, To, Subject and the body. What
servers put on top on the way differs between two ways, and is left out. A Message-ID alone would not do: whoever knows
one could send another mail under it and have the true one thrown away.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.db import transaction
from django.utils import timezone

from newsletter.errors import InputError
from newsletter.models import Arrival, Reply, ReplyState
from newsletter.replies.authentication import authenticity
from newsletter.replies.limits import Limits
from newsletter.replies.mail import IncomingMail
from newsletter.replies.parsing import parse
from newsletter.services.inbox.letters import keep_letter
from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace

_AUTHORS_OWN = ("message-id", "date", "from", "to", "subject", "in-reply-to")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n|\r\r|\A\r?\n")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>")
_LONGEST_LIST, _MOST_REFERENCES = 8192, 30  # characters, and ids that are kept
_MOST_KEYS = 500  # asked about in one query


@dataclass(frozen=True, kw_only=True)
class Found:
    """A mail in some source."""

    key: str  # UID or file name: what the source calls it
    raw: bytes
    epoch: str = ""  # UIDVALIDITY
    is_whole: bool = True  # False: only the header was fetched, since the mail is too large
    size: int = 0  # bytes of the whole mail, where that is not what was fetched


def head_of(raw: bytes) -> IncomingMail:
    """The header alone, which is cheap to read whatever the mail is like. Never raises."""
    head = raw[: Limits().header_bytes]
    end = _HEAD_ENDS.search(head)
    return parse(head[: end.end()] if end else head + b"\n\n")


def fingerprint_of(raw: bytes, head: IncomingMail) -> str:
    """The same for the same mail, by whatever way it came. Ends of lines are each system's own."""
    digest = hashlib.sha256()
    for name in _AUTHORS_OWN:
        digest.update(f"{name}:{head.all(name)}\n".encode("utf-8", "surrogateescape"))
    end = _HEAD_ENDS.search(raw[: Limits().header_bytes])
    body = raw[end.end() :] if end else raw
    digest.update(body.replace(b"\r\n", b"\n").rstrip())
    return digest.hexdigest()


def arrive(workspace: Workspace, found: Found, *, source: str) -> tuple[Reply, bool]:
    """Keep a mail; True where it is new. The bytes are on the disk before the row is, and the row before this returns.

    Raises OSError and OperationalError where it can't be kept now; then whoever brought it must come again.
    """
    if len(found.raw) > Limits().message_bytes:
        head_alone = found.raw[: Limits().header_bytes]
        found = replace(found, raw=head_alone, is_whole=False, size=len(found.raw))
    head = head_of(found.raw)
    fingerprint = fingerprint_of(found.raw, head)
    if not Reply.objects.filter(fingerprint=fingerprint).exists():
        keep_letter(workspace, fingerprint, found.raw)
    with transaction.atomic():
        reply, is_new = Reply.objects.get_or_create(
            fingerprint=fingerprint, defaults=_facts(workspace, found, head, source)
        )
        Arrival.objects.get_or_create(source=source, epoch=found.epoch, key=found.key, defaults={"reply": reply})
    return reply, is_new


def _facts(workspace: Workspace, found: Found, head: IncomingMail, source: str) -> dict[str, object]:
    limit = Limits().message_bytes
    return {
        "message_id": _storable(head.first("message-id"), 500),
        "source": source,
        "at": timezone.now(),
        "written_at": _date(head.first("date")),
        "size": max(found.size, len(found.raw)),
        **_sender(head),
        "subject": _storable(head.subject, 300),
        "references": _references(head),
        "unanswerable": _why_unanswerable(head),
        "authentication": authenticity(head, workspace.config.inbox.receiver),
        "is_whole": found.is_whole,
        "problem": "" if found.is_whole else f"it is larger than {limit // 2**20} MB",
        "state": ReplyState.RECEIVED,
    }


def _sender(head: IncomingMail) -> dict[str, str]:
    """Who wrote it, as From says."""
    if head.sender is None:
        return {"sender": "", "sender_compared": ""}
    name = {"sender_name": _storable(head.sender.name, 200)}
    try:
        address = parse_address(head.sender.address)
    except InputError:
        return {**name, "sender": _storable(head.sender.address, 320), "sender_compared": ""}
    return {**name, "sender": address.typed, "sender_compared": address.compared}


def _why_unanswerable(head: IncomingMail) -> str:
    """RFC 3834 section 2: programs, lists and mail without a sender get no automatic mail, whoever wrote the words."""
    if head.null_sender:
        return "it came without a sender to answer to"
    if head.first("auto-submitted").partition(";")[0].strip().lower() not in ("", "no"):
        return "a program sent it"
    if head.first("precedence").strip().lower() in ("bulk", "list", "junk") or "list-id" in head.fields:
        return "it came through a mailing list"
    return ""


def _references(head: IncomingMail) -> list[str]:
    """In-Reply-To, then References from its end (RFC 5322 section 3.6.4): the mail that is answered comes first."""
    answered = _MESSAGE_ID.findall(head.all("in-reply-to")[:_LONGEST_LIST])
    earlier = _MESSAGE_ID.findall(head.all("references")[-_LONGEST_LIST:])
    return list(dict.fromkeys([*answered, *reversed(earlier)]))[:_MOST_REFERENCES]


def _storable(text: str, most: int) -> str:
    """No database takes NUL or half a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()[:most]


def _date(text: str) -> datetime | None:
    try:
        told = parsedate_to_datetime(text)
        return (told if told.tzinfo else timezone.make_aware(told)).astimezone(timezone.get_current_timezone())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def hand_in(
    workspace: Workspace, raw: bytes, *, source: str, sender: str | None = None, recipients: Iterable[str] = ()
) -> Reply:
    """Take a mail that is pushed to us; the envelope it came in is written on top of it, as a mail server does.

    The recipient may name the copy that came back, and a sender that is empty is a machine's. Raises as `arrive` does.
    """
    path = [] if sender is None else [f"Return-Path: <{_one_line(sender)}>"]
    envelope = [*path, *(f"Delivered-To: {_one_line(recipient)}" for recipient in recipients)]
    whole = "".join(f"{line}\r\n" for line in envelope).encode("utf-8", "replace") + raw
    key = hashlib.sha256(whole).hexdigest()
    reply, _ = arrive(workspace, Found(key=key, raw=whole), source=source)
    reply.arrivals.filter(source=source).update(is_filed=True)  # nobody keeps it for us: there is nothing to tidy
    return reply


def _one_line(address: str) -> str:
    return "".join(mark for mark in address if mark.isprintable()).strip("<> ")


def unseen(source: str, epoch: str, keys: Iterable[str]) -> list[str]:
    """Which of a source's keys have not arrived yet, in their order."""
    wanted = list(keys)
    known: set[str] = set()
    for start in range(0, len(wanted), _MOST_KEYS):
        some = wanted[start : start + _MOST_KEYS]
        rows = Arrival.objects.filter(source=source, epoch=epoch, key__in=some)
        known.update(rows.values_list("key", flat=True))
    return [key for key in wanted if key not in known]


def last_key(source: str, epoch: str) -> str | None:
    """The key that arrived last from a source; None where none has."""
    rows = Arrival.objects.filter(source=source, epoch=epoch).order_by("-pk")
    return rows.values_list("key", flat=True).first()
