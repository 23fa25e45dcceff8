"""Short mails that the program writes on its own, from the moment they are due until they left."""

from typing import ClassVar

from django.db import models

from newsletter.models.requests import SubscriptionRequest
from newsletter.models.subscribers import Subscriber


class AutomaticKind(models.TextChoices):
    """What one is for; `services.writing` has a function for each."""

    CONFIRM = "confirm", "please confirm that you want to join"
    WELCOME = "welcome", "welcome"
    LATEST = "latest", "the latest issue"
    GOODBYE = "goodbye", "you are off the list"
    LEAVE = "leave", "press here to leave"
    STAY = "stay", "do you want to stay?"
    SETTINGS = "settings", "the link to your settings"
    MOVE = "move", "please confirm your new address"
    MOVED = "moved", "your address was changed"
    ANSWER = "answer", "what a person of the team answers to a reply"
    FLAGGED = "flagged", "a reply that must reach a named person"
    ALERT = "alert", "something unusual, for staff"
    ALONE = "alone", "one person approved alone, for the team"
    INVITATION = "invitation", "an invitation to the studio"


class AutomaticState(models.TextChoices):
    """Where one stands."""

    WAITING = "waiting", "about to leave"
    SENT = "sent", "handed over"
    GIVEN_UP = "given_up", "could not be delivered"


class AutomaticMail(models.Model):
    """One mail. It leaves at least once: after a crash it may go again, with the same Message-ID."""

    kind = models.CharField(max_length=16, choices=AutomaticKind.choices)
    cause = models.CharField(max_length=100, unique=True)  # what it is about: one cause, one mail
    subscriber = models.ForeignKey(Subscriber, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    request = models.ForeignKey(  # what it asks to confirm
        SubscriptionRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    address = models.CharField(max_length=320, blank=True)  # emptied when it left
    address_key = models.CharField(max_length=64)
    language = models.CharField(max_length=35)
    facts = models.JSONField(default=dict, blank=True)  # what its words need; nothing personal
    answers = models.CharField(max_length=500, blank=True)  # Message-ID of the mail it answers
    message_id = models.CharField(max_length=255, unique=True)
    date = models.DateTimeField()  # the Date header
    state = models.CharField(max_length=16, choices=AutomaticState.choices, default=AutomaticState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=AutomaticKind.values), name="automatic_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=AutomaticState.values), name="automatic_state_known"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", next_at__isnull=False)
                | (~models.Q(state="waiting") & models.Q(next_at__isnull=True, address="")),
                name="automatic_forgets",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], name="automatic_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["address_key", "kind", "date"], name="automatic_address"),
        ]

    def __str__(self) -> str:
        """The row's number and kind; never the address."""
        return f"automatic mail {self.pk} ({self.kind})"
