"""What somebody asked for and still has to confirm, the words they were shown, and links that no longer work."""

from typing import ClassVar

from django.db import models

from newsletter.models.append_only import AppendOnly
from newsletter.models.subscribers import Mechanism, Subscriber, new_public_id


class RequestKind(models.TextChoices):
    """What a request is for."""

    JOIN = "join", "to join"
    MOVE = "move", "to change the address"


class SubscriptionRequest(models.Model):
    """A wish that the owner of an address has to confirm: to join, or to get the newsletter there instead.

    It touches no subscriber until then, so one that nobody confirms is simply removed when its time is over. A
    confirmed one is kept until then too: the same link pressed twice finds it done.
    """

    public_id = models.BigIntegerField(unique=True, default=new_public_id, editable=False)  # stands in its token
    kind = models.CharField(max_length=8, choices=RequestKind.choices)
    subscriber = models.ForeignKey(  # whose address changes; nobody's for a wish to join
        Subscriber, null=True, blank=True, on_delete=models.CASCADE, related_name="requests"
    )
    address = models.CharField(max_length=320)
    address_compared = models.CharField(max_length=320, db_index=True)
    details = models.JSONField(default=dict, blank=True)  # name, body, role, nation, language, tags, as far as told
    basis = models.CharField(max_length=64, blank=True)
    mechanism = models.CharField(max_length=16, choices=Mechanism.choices)
    source = models.CharField(max_length=500, blank=True)  # Message-ID of the mail that asked
    wording = models.CharField(max_length=64, blank=True)  # version of the words shown
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=200, blank=True)  # who asked; empty: the person themself
    at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=RequestKind.values), name="request_kind_known"),
            models.CheckConstraint(condition=models.Q(mechanism__in=Mechanism.values), name="request_mechanism_known"),
            models.CheckConstraint(condition=~models.Q(address_compared=""), name="request_has_address"),
            models.CheckConstraint(
                condition=~models.Q(kind="move") | models.Q(subscriber__isnull=False),
                name="request_to_move_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        """The row's number and kind; never the address."""
        return f"request {self.pk} ({self.kind})"


class Wording(AppendOnly):
    """Words that people were shown when they decided something, kept for as long as a record may name them."""

    version = models.CharField(max_length=64, unique=True)  # first digits of the text's SHA-256
    text = models.TextField()
    at = models.DateTimeField()  # first shown

    def __str__(self) -> str:
        """Its version."""
        return self.version


class RevokedToken(AppendOnly):
    """One personal link that no longer works."""

    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hex: 128 bits of it nobody can guess
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        """The row's number."""
        return f"revoked token {self.pk}"
