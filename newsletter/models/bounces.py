"""Mail that came back: one row for a delivery, with what it says about the mailbox."""

from typing import ClassVar

from django.db import models

from newsletter.content.wording import BOUNCE_CAUSES
from newsletter.models.deliveries import Delivery


class BounceCause(models.TextChoices):
    """Why a mail came back; only the first two are held against an address."""

    GONE = "gone", BOUNCE_CAUSES["gone"]
    CLOSED = "closed", BOUNCE_CAUSES["closed"]
    BLOCKED = "blocked", BOUNCE_CAUSES["blocked"]
    OTHER = "other", BOUNCE_CAUSES["other"]


class Bounce(models.Model):
    """What a refusal, a provider's event or a bounce mail said of one delivery: the worst that was said."""

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="bounce")
    cause = models.CharField(max_length=8, choices=BounceCause.choices)
    status = models.CharField(max_length=24, blank=True)  # the numbers, such as "550 5.1.1"
    source = models.CharField(max_length=255)  # "mailing 7" for the server's answer, a provider, or a Message-ID
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(cause__in=BounceCause.values), name="bounce_cause_known"),
        ]

    def __str__(self) -> str:
        """Of which delivery."""
        return f"bounce of delivery {self.delivery_id} ({self.cause})"
