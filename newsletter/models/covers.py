"""Who may approve for a while because an approver is away."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Cover(models.Model):
    """Between two days, both included, somebody may approve whose role does not let them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="covers")
    first = models.DateField()
    last = models.DateField()
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # before its last day, by an administrator

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="cover_days_in_order"),
        ]

    def __str__(self) -> str:
        """Its number; never whose it is."""
        return f"cover {self.pk}"
