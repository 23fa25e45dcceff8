"""Turns claimed deliveries into envelopes: the body of a variant is encoded once, a copy costs a header block.

Where mails are signed by RSA, copies are made a little ahead in threads: the private-key operation takes 300
microseconds and lets Python's lock go, so the next signatures are made while the last mails are on the wire. Ed25519
takes 35, less than handing the work to another thread.
"""

import logging
import os
import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice

from newsletter.errors import InputError, UnsafeHeaderError
from newsletter.models import Mailing, Variant
from newsletter.rendering.message import MessageParts, Recipient, encode_body
from newsletter.services.frozen import read_edition
from newsletter.services.keys import key_of
from newsletter.services.ledger import Claimed
from newsletter.subscribers.tokens import Purpose, make_token
from newsletter.subscribers.verp import verp_address
from newsletter.transports.base import Envelope, Refused
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

# More would not sign faster than the rest can send: one signs 4,000 a second, and needs a core for it.
_THREADS = 1 if (os.cpu_count() or 1) <= 2 else 2
_HANDFUL = 8  # copies handed to a thread together: one at a time, the handing over costs as much as the work
_HANDFULS = 4  # at most under way or waiting to leave: 32 copies of 100 KB are 3 MB

Refuse = Callable[[int, Refused], object]
_Made = Envelope | Refused

# What a broken row can raise; anything else is a fault of ours or of the edition and stops the run.
_BROKEN_ROW = (InputError, ValueError, struct.error)


class Composer:
    """Writes the mails of one mailing. Reading it in compares every hash of the edition with what was approved."""

    def __init__(self, workspace: Workspace, mailing: Mailing) -> None:
        """Raises ConflictError where the edition on disk is not what was approved, InputError for an unfit DKIM key."""
        self._publication = workspace.publication
        self._tokens = key_of(workspace).for_tokens
        self._signer = workspace.signer()
        sending = workspace.config.sending
        self._verp, self._bounces = sending.verp, sending.bounce_address or self._publication.from_address
        self._feedback_id = f"{mailing.uid}:{mailing.edition.issue_id}:bulletin:{mailing.uid}"
        self._edition = read_edition(workspace.editions, mailing.edition.content_hash)
        self._keys = dict(Variant.objects.filter(edition=mailing.edition).values_list("pk", "key"))
        self._parts: dict[tuple[int, datetime], MessageParts] = {}

    def __call__(self, row: Claimed) -> _Made:
        """The finished mail of one delivery, the same bytes in every attempt; or why this row can have none."""
        return self._made(row, self._parts_for(row))

    def stream(self, rows: Iterable[Claimed], refuse: Refuse) -> Iterator[Envelope]:
        """Envelopes in the order of their rows; a row that can have none is told to `refuse`, and the next follows.

        With RSA rows are pulled a little ahead, so whoever paces a mailing holds back what comes out here.
        """
        made_ahead = self._signer is not None and self._signer.is_slow
        for row, made in self._ahead(rows) if made_ahead else ((row, self(row)) for row in rows):
            if isinstance(made, Refused):
                logger.error("delivery %d can't be written: its row holds no usable address", row.id)
                refuse(row.id, made)
            else:
                yield made

    def _ahead(self, rows: Iterable[Claimed]) -> Iterator[tuple[Claimed, _Made]]:
        source, under_way = iter(rows), deque[tuple[list[Claimed], Future[list[_Made]]]]()
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="newsletter-signing") as pool:
            try:
                while handful := list(islice(source, _HANDFUL)):
                    parts = [self._parts_for(row) for row in handful]  # here, so that each is encoded once
                    under_way.append((handful, pool.submit(self._handful, handful, parts)))
                    if len(under_way) == _HANDFULS:
                        yield from _finished(*under_way.popleft())
                while under_way:
                    yield from _finished(*under_way.popleft())
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _handful(self, rows: Sequence[Claimed], parts: Sequence[MessageParts]) -> list[_Made]:
        return list(map(self._made, rows, parts))

    def _made(self, row: Claimed, parts: MessageParts) -> _Made:
        try:
            message = self._message(row, parts)
            sender = verp_address(self._bounces, row.id, self._tokens) if self._verp else self._bounces
        except _BROKEN_ROW:
            return Refused(enhanced="5.1.3", text="not sent: this row of the list holds no usable address")
        return Envelope(delivery_id=row.id, sender=sender, recipient=row.address, message=message)

    def _message(self, row: Claimed, parts: MessageParts) -> bytes:
        token = make_token(Purpose.UNSUBSCRIBE, row.public_id, self._tokens)
        try:
            return _built(parts, Recipient(address=row.address, name=row.name), row.message_id, token)
        except UnsafeHeaderError:
            # One odd name must not hold up a mailing: that copy goes to the bare address.
            logger.warning("the name of delivery %d can't stand in a header", row.id)
            return _built(parts, Recipient(address=row.address), row.message_id, token)

    def _parts_for(self, row: Claimed) -> MessageParts:
        known = (row.variant_id, row.date)
        if known not in self._parts:
            self._parts[known] = self._new_parts(row)
        return self._parts[known]

    def _new_parts(self, row: Claimed) -> MessageParts:
        """Encode a variant, and read a trial copy back before the first mail: a fault here is nobody's row."""
        variant = self._edition.variant(self._keys[row.variant_id])
        parts = MessageParts(
            publication=self._publication,
            subject=variant.subject,
            body=encode_body(variant.html, variant.text, self._edition.inline_images(variant)),
            date=row.date,
            feedback_id=self._feedback_id,
            language=variant.language,
            signer=self._signer,
        )
        _built(parts, _TRIAL, "<trial@example.org>", make_token(Purpose.UNSUBSCRIBE, 0, self._tokens))
        return parts


_TRIAL = Recipient(address="reader@example.org", name="Tríal Reader")  # not plain ASCII, so its copy is read back


def _built(parts: MessageParts, recipient: Recipient, message_id: str, token: str) -> bytes:
    """Build, and read back every copy whose name or address is not plain ASCII."""
    message = parts.build(recipient=recipient, message_id=message_id, unsubscribe_token=token)
    if not (recipient.name.isascii() and recipient.address.isascii()):
        parts.check(message, recipient=recipient, message_id=message_id, unsubscribe_token=token)
    return message


def _finished(rows: Sequence[Claimed], made: Future[list[_Made]]) -> Iterator[tuple[Claimed, _Made]]:
    yield from zip(rows, made.result(), strict=True)
