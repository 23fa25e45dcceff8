"""Who may be written to and why: subscribers, the record of their consent, and suppressions."""

import secrets
from typing import ClassVar

from django.db import models
from django.utils import timezone

from newsletter.models.append_only import AppendOnly


class SubscriberStatus(models.TextChoices):
    """Where a subscription stands. A pause is a date, not a status; erasure removes the row.

    Who asked and has not confirmed yet is no subscriber: see `SubscriptionRequest`.
    """

    SUBSCRIBED = "subscribed", "subscribed"
    UNSUBSCRIBED = "unsubscribed", "left"
    BOUNCED = "bounced", "address no longer works"
    COMPLAINED = "complained", "marked our mail as spam"


class ConsentEvent(models.TextChoices):
    """What happened to a subscription."""

    REQUESTED = "requested", "asked to join"
    CONFIRMED = "confirmed", "confirmed"
    IMPORTED = "imported", "came with an import"
    ADDED = "added", "added by staff"
    CHANGED = "changed", "details changed"
    MOVED = "moved", "address changed"
    ASKED = "asked", "was asked whether to stay"
    PAUSED = "paused", "paused"
    RESUMED = "resumed", "pause ended"
    LEFT = "left", "left"
    RETURNED = "returned", "came back"
    STOPPED = "stopped", "asked never to be written to"
    BOUNCED = "bounced", "address stopped working"
    COMPLAINED = "complained", "marked our mail as spam"


class Mechanism(models.TextChoices):
    """By what way it happened."""

    FORM = "form", "web form"
    LINK = "link", "personal link in a header"
    REPLY = "reply", "e-mail"
    IMPORT = "import", "imported file"
    STAFF = "staff", "staff"
    BOUNCE = "bounce", "mail sent back"
    COMPLAINT = "complaint", "complaint by a mail provider"


class SuppressionReason(models.TextChoices):
    """Why an address is never written to again."""

    ERASED = "erased", "asked to be erased"
    ASKED = "asked", "asked never to be written to"
    COMPLAINED = "complained", "marked our mail as spam"
    BOUNCED = "bounced", "address does not exist"
    STAFF = "staff", "decided by staff"


def new_public_id() -> int:
    """A random number that stands for a subscriber in tokens; 63 bits, so that every database holds it signed."""
    return secrets.randbits(63) or 1


class Subscriber(models.Model):
    """An address with a status, a basis and a consent record."""

    public_id = models.BigIntegerField(unique=True, default=new_public_id, editable=False)
    address = models.CharField(max_length=320)  # as its owner types it; RFC 5321: 64 + 1 + 255
    address_compared = models.CharField(max_length=320, unique=True)  # subscribers.addresses.Address.compared
    name = models.CharField(max_length=200, blank=True)
    body = models.CharField(max_length=64, blank=True)  # id in subscribers/bodies.toml
    role = models.CharField(max_length=100, blank=True)
    nation = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=35, blank=True)  # BCP 47; empty: the newsletter's own
    tags = models.JSONField(default=list, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=16, choices=SubscriberStatus.choices, default=SubscriberStatus.SUBSCRIBED)
    paused_until = models.DateTimeField(null=True, blank=True)
    basis = models.CharField(max_length=64)  # why we may write: consent, public task …
    joined_at = models.DateTimeField(default=timezone.now)  # or came back: the beginning of this subscription
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(status__in=SubscriberStatus.values), name="subscriber_status_known"
            ),
            models.CheckConstraint(condition=~models.Q(address_compared=""), name="subscriber_has_address"),
            models.CheckConstraint(condition=~models.Q(basis=""), name="subscriber_has_basis"),
        ]
        # Lists of people stand in the order of these; how many there are is kept beside them (`Headcount`).
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "body", "address_compared"], name="subscriber_listed"),
            models.Index(fields=["body", "address_compared"], name="subscriber_of_body"),
            models.Index(fields=["name", "status", "body"], name="subscriber_name"),
            models.Index(
                fields=["paused_until"], name="subscriber_paused", condition=models.Q(paused_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """The row's number; never the address."""
        return f"subscriber {self.pk}"


class FormerAddress(models.Model):
    """An address that somebody gave up for another: no import may take it for a new person."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="former_addresses")
    address_compared = models.CharField(max_length=320, unique=True)
    at = models.DateTimeField()  # when it was given up

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(address_compared=""), name="former_address_given"),
        ]

    def __str__(self) -> str:
        """The row's number; never the address."""
        return f"former address {self.pk}"


class ConsentRecord(AppendOnly):
    """One thing that happened to a subscription. Goes with its subscriber at erasure."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="consent")
    at = models.DateTimeField()
    event = models.CharField(max_length=16, choices=ConsentEvent.choices)
    mechanism = models.CharField(max_length=16, choices=Mechanism.choices)
    basis = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=500, blank=True)  # file and row, or Message-ID
    wording = models.CharField(max_length=64, blank=True)  # version of the words shown
    reason = models.TextField(blank=True)
    by = models.CharField(max_length=200, blank=True)  # who did it; empty: the person themself

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(event__in=ConsentEvent.values), name="consent_event_known"),
            models.CheckConstraint(condition=models.Q(mechanism__in=Mechanism.values), name="consent_mechanism_known"),
        ]
        # Who came and went is counted between two numbers, and nothing but this is read for it.
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["event", "id"], name="consent_events")]

    def __str__(self) -> str:
        """What happened to which row."""
        return f"{self.event} for subscriber {self.subscriber_id}"


class Suppression(models.Model):
    """An address never to be written to again, kept as a keyed hash so that it outlives erasure."""

    address_key = models.CharField(max_length=64, unique=True)  # subscribers.addresses.address_key
    key_id = models.CharField(max_length=16)  # which key made the hash
    reason = models.CharField(max_length=16, choices=SuppressionReason.choices)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(reason__in=SuppressionReason.values), name="suppression_reason_known"
            ),
        ]

    def __str__(self) -> str:
        """The row's number."""
        return f"suppression {self.pk}"
