"""The workspace's own state, and the log of who did what."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models

from newsletter.models.append_only import AppendOnly


class Mode(models.TextChoices):
    """Whether mail may leave this computer."""

    PRACTICE = "practice", "Practice"
    LIVE = "live", "Live"


def new_epoch() -> str:
    """Sixteen random hex digits, renewed when a backup is restored: old schedules then ask before they fire."""
    return secrets.token_hex(8)


class WorkspaceState(models.Model):
    """The one row that says whether this workspace is live."""

    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.PRACTICE)
    home = models.CharField(max_length=1000, blank=True)  # folder it went live in: a copy elsewhere is in practice
    changed_by = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(null=True)
    key_id = models.CharField(max_length=16, blank=True)  # of the key that this database was made with
    instance_epoch = models.CharField(max_length=16, default=new_epoch)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="workspace_state_single_row"),
            models.CheckConstraint(condition=models.Q(mode__in=Mode.values), name="workspace_mode_known"),
        ]

    def __str__(self) -> str:
        """Practice or live."""
        return self.mode


class AuditRecord(AppendOnly):
    """One act of a person, as it will be read years later."""

    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    action = models.CharField(max_length=64)  # "approve", "go live", "plan" …
    subject = models.CharField(max_length=200)  # what it was done to: "edition 3", "mailing 7"
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        """What was done to what."""
        return f"{self.action} {self.subject}"
