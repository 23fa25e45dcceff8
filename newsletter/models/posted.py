"""What strangers typed on pages or asked for by mail: acted on within seconds, then kept for the budgets alone."""

from typing import ClassVar

from django.db import models

from newsletter.models.subscribers import Mechanism


class PostedKind(models.TextChoices):
    """What somebody asks for with an address that they typed."""

    JOIN = "join", "to join"
    LEAVE = "leave", "to leave"
    SETTINGS = "settings", "the link to their settings"
    MOVE = "move", "to change their address"
    CONTRIBUTE = "contribute", "feedback or news"  # stands for itself in the budget of a network; nothing is to be done


class PostedForm(models.Model):
    """One form. It is acted on later, so neither the answer nor its time tells whether the address is known."""

    kind = models.CharField(max_length=16, choices=PostedKind.choices)
    at = models.DateTimeField()
    address = models.CharField(max_length=320, blank=True)  # as typed; emptied when it was acted on
    details = models.JSONField(default=dict, blank=True)  # what else was chosen; emptied too
    address_key = models.CharField(max_length=64, blank=True)  # keyed hash of the compared address
    domain_key = models.CharField(max_length=64, blank=True)  # keyed hash of its domain
    network_key = models.CharField(max_length=64, blank=True)  # keyed hash of the network it came from
    body = models.CharField(max_length=64, blank=True)  # whose reader was taken off the list
    language = models.CharField(max_length=35)  # of the page
    wording = models.CharField(max_length=64, blank=True)  # version of the words shown
    mechanism = models.CharField(max_length=16, choices=Mechanism.choices, default=Mechanism.FORM)
    source = models.CharField(max_length=500, blank=True)  # Message-ID of the mail that asked
    is_own = models.BooleanField(default=False)  # that mail came from this address, so the answer belongs to it
    next_at = models.DateTimeField(null=True)  # when it is to be acted on; null once it was
    mailed_at = models.DateTimeField(null=True)  # when a mail went out because of it

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=PostedKind.values), name="posted_kind_known"),
            models.CheckConstraint(
                condition=models.Q(next_at__isnull=False) | models.Q(address="", details={}), name="posted_forgets"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], name="posted_waiting", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["network_key", "at"], name="posted_network"),
            models.Index(fields=["address_key", "at"], name="posted_address"),
            models.Index(fields=["mailed_at"], name="posted_mailed", condition=models.Q(mailed_at__isnull=False)),
            models.Index(fields=["at"], name="posted_at"),
        ]

    def __str__(self) -> str:
        """The row's number and kind; never the address."""
        return f"posted form {self.pk} ({self.kind})"
