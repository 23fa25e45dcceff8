"""What was put right after an issue went out: the web copy's dated notes, and pictures taken away."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from newsletter.models.append_only import AppendOnly
from newsletter.models.editions import Edition


class WebCorrection(AppendOnly):
    """A note on an issue's page in the archive, and the edition that is shown there from then on."""

    issue_id = models.CharField(max_length=64, db_index=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=1000)  # what readers are told, in the issue's language
    by = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Which issue."""
        return f"correction of {self.issue_id}"


class WithdrawnPicture(AppendOnly):
    """A picture of an issue in whose place a neutral one is shown."""

    issue_id = models.CharField(max_length=64)
    name = models.CharField(max_length=100)  # of its file, by its content
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["issue_id", "name"], name="picture_withdrawn_once"),
        ]

    def __str__(self) -> str:
        """Which picture."""
        return f"{self.name} of {self.issue_id}"
