"""Links that let somebody in once: to begin, to accept an invitation, to come back, to look at the demonstration."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models


class LinkPurpose(models.TextChoices):
    """What pressing the button behind a link does."""

    FIRST = "first", "make the first administrator"
    INVITATION = "invitation", "accept an invitation"
    RECOVERY = "recovery", "choose a new password"
    ENTRANCE = "entrance", "come in, without a password"


def new_nonce() -> str:
    """What a link is found by: the link itself is a keyed hash of it, so a stolen database lets nobody in."""
    return secrets.token_urlsafe(16)


class OneTimeLink(models.Model):
    """One link, from its making until it was used or ran out."""

    nonce = models.CharField(max_length=32, unique=True, default=new_nonce)
    purpose = models.CharField(max_length=16, choices=LinkPurpose.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(purpose__in=LinkPurpose.values), name="link_purpose_known"),
            models.CheckConstraint(
                condition=models.Q(purpose="first", user__isnull=True)
                | (~models.Q(purpose="first") & models.Q(user__isnull=False)),
                name="link_names_its_person",
            ),
        ]

    def __str__(self) -> str:
        """The link's number and purpose; never what opens it."""
        return f"link {self.pk} ({self.purpose})"
