"""Turns claimed deliveries into envelopes: the body of a variant is encoded once, a copy costs a header block."""

import logging
from datetime import datetime

from newsletter.errors import UnsafeHeaderError
from newsletter.models import Mailing, Variant
from newsletter.rendering.message import MessageParts, Recipient, encode_body, verify_message
from newsletter.services.approving import load_edition
from newsletter.services.keys import key_of
from newsletter.services.ledger import Claimed
from newsletter.subscribers.tokens import Purpose, make_token
from newsletter.transports.base import Envelope
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)


class Composer:
    """Writes the mails of one mailing. Reading it in compares every hash of the edition with what was approved."""

    def __init__(self, workspace: Workspace, mailing: Mailing) -> None:
        """Raises ConflictError where the edition on disk is not what was approved."""
        self._publication = workspace.publication
        self._tokens = key_of(workspace).for_tokens
        self._feedback_id = f"{mailing.uid}:{mailing.edition.issue_id}:bulletin:{mailing.uid}"
        self._edition = load_edition(workspace, mailing.edition)
        self._keys = dict(Variant.objects.filter(edition=mailing.edition).values_list("pk", "key"))
        self._parts: dict[tuple[int, datetime], MessageParts] = {}
        self._verified_once: set[tuple[int, datetime]] = set()

    def __call__(self, row: Claimed) -> Envelope:
        """The finished mail of one delivery; the same bytes in every attempt."""
        token = make_token(Purpose.UNSUBSCRIBE, row.public_id, self._tokens)
        recipient = Recipient(address=row.address, name=row.name)
        try:
            message = self._built(row, recipient, token)
        except UnsafeHeaderError:
            # One odd name must not hold up a mailing: that copy goes to the bare address.
            logger.warning("the name of delivery %d can't stand in a header", row.id)
            message = self._built(row, Recipient(address=row.address), token)
        return Envelope(
            delivery_id=row.id, sender=self._publication.from_address, recipient=row.address, message=message
        )

    def _built(self, row: Claimed, recipient: Recipient, token: str) -> bytes:
        """Build, and read back what may go wrong: the first mail of a variant, and every name outside ASCII."""
        parts, which = self._parts_for(row), (row.variant_id, row.date)
        message = parts.build(recipient=recipient, message_id=row.message_id, unsubscribe_token=token)
        if which not in self._verified_once or not recipient.name.isascii():
            expected = parts.expected(recipient=recipient, message_id=row.message_id, unsubscribe_token=token)
            verify_message(message, expected)
            self._verified_once.add(which)
        return message

    def _parts_for(self, row: Claimed) -> MessageParts:
        known = (row.variant_id, row.date)
        if known not in self._parts:
            variant = self._edition.variant(self._keys[row.variant_id])
            self._parts[known] = MessageParts(
                publication=self._publication,
                subject=variant.subject,
                body=encode_body(variant.html, variant.text, self._edition.inline_images(variant)),
                date=row.date,
                feedback_id=self._feedback_id,
                language=variant.language,
            )
        return self._parts[known]
