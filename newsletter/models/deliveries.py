"""The ledger: one delivery for each subscriber of a mailing, every attempt at it, and what was heard of it later."""

from typing import ClassVar

from django.db import models

from newsletter.content.wording import PART_OF_STATE, REASONS, RECEIPT_PARTS
from newsletter.models.append_only import AppendOnly
from newsletter.models.editions import Variant
from newsletter.models.mailings import Mailing
from newsletter.models.subscribers import Subscriber


class DeliveryState(models.TextChoices):
    """Where one delivery stands."""

    PENDING = "pending", RECEIPT_PARTS[PART_OF_STATE["pending"]]
    CLAIMED = "claimed", RECEIPT_PARTS[PART_OF_STATE["claimed"]]
    TRANSMITTING = "transmitting", RECEIPT_PARTS[PART_OF_STATE["transmitting"]]
    ACCEPTED = "accepted", RECEIPT_PARTS[PART_OF_STATE["accepted"]]
    REFUSED = "refused", RECEIPT_PARTS[PART_OF_STATE["refused"]]
    DEFERRED = "deferred", RECEIPT_PARTS[PART_OF_STATE["deferred"]]
    IN_DOUBT = "in_doubt", RECEIPT_PARTS[PART_OF_STATE["in_doubt"]]
    SKIPPED = "skipped", "left out"


OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.TRANSMITTING, DeliveryState.DEFERRED)


class Reason(models.TextChoices):
    """Why a delivery ended as it did, where the state alone does not say it."""

    LEFT = "left", REASONS["left"]
    ERASED = "erased", REASONS["erased"]
    PAUSED = "paused", REASONS["paused"]
    SUPPRESSED = "suppressed", REASONS["suppressed"]
    UNREACHABLE = "unreachable", REASONS["unreachable"]
    ALREADY = "already", REASONS["already"]
    CANCELLED = "cancelled", REASONS["cancelled"]
    EXPIRED = "expired", REASONS["expired"]
    EVIDENCE = "evidence", REASONS["evidence"]
    DECIDED = "decided", REASONS["decided"]
    NOT_KNOWN = "not_known", REASONS["not_known"]


SKIP_REASONS = (
    Reason.LEFT,
    Reason.ERASED,
    Reason.PAUSED,
    Reason.SUPPRESSED,
    Reason.UNREACHABLE,
    Reason.ALREADY,
    Reason.CANCELLED,
)


class Delivery(models.Model):
    """One mailing to one subscriber. Message-ID and Date are fixed at planning and equal in every attempt."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    subscriber = models.ForeignKey(
        Subscriber, null=True, on_delete=models.SET_NULL, related_name="deliveries", db_index=False
    )
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+", db_index=False)
    address_key = models.CharField(max_length=64, null=True)  # noqa: DJ001  (NULLs never collide; set when the mailing ends)
    message_id = models.CharField(max_length=255)
    date = models.DateTimeField()  # the Date header
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True, default="")
    attempt = models.PositiveIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)  # grows with each claim: a worker that slept too long is shut out
    owner = models.CharField(max_length=64, blank=True, default="")  # the claim that holds it
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)  # deferred, or pending and put back: not before this
    code = models.PositiveSmallIntegerField(null=True)  # SMTP reply or HTTP status
    enhanced = models.CharField(max_length=16, blank=True, default="")  # RFC 3463
    reply_text = models.CharField(max_length=1000, blank=True, default="")  # the server's own words
    provider_ref = models.CharField(max_length=255, blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # The subscriber first: one index also finds somebody's deliveries when they are erased.
            models.UniqueConstraint(fields=["subscriber", "mailing"], name="delivery_once_a_subscriber"),
            models.UniqueConstraint(
                fields=["mailing", "address_key"],
                condition=models.Q(address_key__isnull=False),
                name="delivery_once_an_address",
            ),
            models.CheckConstraint(condition=models.Q(state__in=DeliveryState.values), name="delivery_state_known"),
            models.CheckConstraint(condition=models.Q(reason__in=["", *Reason.values]), name="delivery_reason_known"),
            models.CheckConstraint(
                condition=~models.Q(state="skipped") | models.Q(reason__in=list(SKIP_REASONS)),
                name="delivery_skipped_has_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="deferred") | models.Q(next_at__isnull=False),
                name="delivery_deferred_has_time",
            ),
        ]
        # One index serves the claim, the recovery and the count, which reads nothing else; it is rewritten at every
        # change of state.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["mailing", "state", "next_at", "reason"], name="delivery_claim"),
        ]

    def __str__(self) -> str:
        """Its number and state; never who it is for."""
        return f"delivery {self.pk} ({self.state})"


class Attempt(AppendOnly):
    """One try at one delivery and how it ended."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=DeliveryState.choices)
    code = models.PositiveSmallIntegerField(null=True)
    enhanced = models.CharField(max_length=16, blank=True, default="")
    reply_text = models.CharField(max_length=1000, blank=True, default="")
    transport = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(outcome__in=DeliveryState.values), name="attempt_outcome_known"),
        ]

    def __str__(self) -> str:
        """Which try of which delivery."""
        return f"attempt {self.number} at delivery {self.delivery_id}"


class EventKind(models.TextChoices):
    """What was heard of a delivery after its outcome."""

    DELIVERED = "delivered", "delivered"
    DELAYED = "delayed", "delayed on the way"
    BOUNCED = "bounced", "sent back later"
    COMPLAINED = "complained", "marked as spam"


class DeliveryEvent(AppendOnly):
    """One report from a provider or a bounce mail, recorded once however often it arrives."""

    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.SET_NULL, related_name="events")
    provider = models.CharField(max_length=64)
    event_id = models.CharField(max_length=255)  # the provider's own, or the bounce's Message-ID
    kind = models.CharField(max_length=16, choices=EventKind.choices)
    at = models.DateTimeField()
    raw = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="event_once"),
            models.CheckConstraint(condition=models.Q(kind__in=EventKind.values), name="event_kind_known"),
        ]

    def __str__(self) -> str:
        """Its kind and number."""
        return f"{self.kind} event {self.pk}"
