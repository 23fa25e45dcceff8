"""The sending of one edition to one audience."""

import secrets
from typing import ClassVar

from django.db import models

from newsletter.content.wording import MAILING_STATES
from newsletter.models.editions import Edition


class MailingState(models.TextChoices):
    """Where a mailing stands."""

    PLANNED = "planned", MAILING_STATES["planned"]
    SCHEDULED = "scheduled", MAILING_STATES["scheduled"]
    NEEDS_APPROVAL = "needs_approval", MAILING_STATES["needs_approval"]
    SENDING = "sending", MAILING_STATES["sending"]
    PAUSED = "paused", MAILING_STATES["paused"]
    FINISHED = "finished", MAILING_STATES["finished"]
    CANCELLED = "cancelled", MAILING_STATES["cancelled"]


ENDED = (MailingState.FINISHED, MailingState.CANCELLED)


def new_uid() -> str:
    """Sixteen random hex digits that name a mailing in Message-IDs and Feedback-IDs."""
    return secrets.token_hex(8)


class Mailing(models.Model):
    """One edition on its way to one audience; its deliveries are the truth of how far it got."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="mailings")
    segment = models.CharField(max_length=64, blank=True)  # id in subscribers/segments.toml; empty: everybody
    reason = models.CharField(max_length=200, blank=True)  # why the same edition goes to the same audience again
    corrects = models.ForeignKey(  # a correction: goes to exactly those who have that mailing's edition
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    transport = models.CharField(max_length=255)  # route it was planned for, without any secret
    practice = models.BooleanField()  # True: nothing of it left this computer
    state = models.CharField(max_length=16, choices=MailingState.choices, default=MailingState.PLANNED)
    chosen = models.PositiveBigIntegerField(default=0)  # fixed at planning: the left side of the receipt
    skipped_at_plan = models.PositiveBigIntegerField(default=0)  # of the chosen, left out from the start
    versions = models.JSONField(default=dict)  # number of a variant -> how many of the chosen get it, for good
    # Between these numbers lie its deliveries, so that what is kept beside a delivery is found without walking them.
    first_delivery = models.PositiveBigIntegerField(default=0)
    last_delivery = models.PositiveBigIntegerField(default=0)
    planned_at = models.DateTimeField()  # when the audience was fixed; of a schedule, until then, when it was made
    scheduled_for = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(state__in=MailingState.values), name="mailing_state_known"),
            # Sending twice by mistake cannot be written down; sending again on purpose carries its reason. What was
            # stopped stands in nobody's way: who has it already is left out of the next one.
            models.UniqueConstraint(
                fields=["edition", "segment", "practice"],
                condition=models.Q(reason="", corrects__isnull=True) & ~models.Q(state="cancelled"),
                name="mailing_once_an_audience",
            ),
            models.UniqueConstraint(
                fields=["edition", "corrects"],
                condition=models.Q(reason="", corrects__isnull=False) & ~models.Q(state="cancelled"),
                name="mailing_corrects_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state"], name="mailing_state")]

    def __str__(self) -> str:
        """Its number and state."""
        return f"mailing {self.pk} ({self.state})"
