"""What waits for staff: feedback and news from the pages, alerts, and whatever else comes in and wants a person."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from newsletter.models.inbox import Reply


class QueueKind(models.TextChoices):
    """What an item is."""

    FEEDBACK = "feedback", "feedback"
    NEWS = "news", "news for an issue"
    ALERT = "alert", "something unusual"
    QUESTION = "question", "a question"
    REPLY = "reply", "a reply to look at"


class QueueState(models.TextChoices):
    """Where an item stands."""

    WAITING = "waiting", "waiting"
    DONE = "done", "done"


class QueueItem(models.Model):
    """One thing that somebody on the team should look at."""

    kind = models.CharField(max_length=16, choices=QueueKind.choices)
    source = models.CharField(
        max_length=255, unique=True
    )  # the form or mail it came by: the same one twice is one item
    at = models.DateTimeField()
    title = models.CharField(max_length=300)  # one line, for lists
    address = models.CharField(max_length=320, blank=True)  # of who sent it, if they said
    address_compared = models.CharField(max_length=320, blank=True, db_index=True)
    body = models.CharField(max_length=64, blank=True)  # id in subscribers/bodies.toml
    language = models.CharField(max_length=35, blank=True)
    content = models.JSONField(default=dict)  # what was written, by the names of its kind
    reply = models.OneToOneField(  # the mail it came by
        Reply, null=True, blank=True, on_delete=models.CASCADE, related_name="queue_item"
    )
    picture = models.CharField(max_length=64, blank=True)  # file below data/queue/, named by its content
    state = models.CharField(max_length=16, choices=QueueState.choices, default=QueueState.WAITING)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=QueueKind.values), name="queue_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=QueueState.values), name="queue_state_known"),
        ]
        # It holds all that lists and counts ask for.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "kind", "at", "reply"], name="queue_waiting")
        ]

    def __str__(self) -> str:
        """The row's number and kind; never who sent it."""
        return f"queue item {self.pk} ({self.kind})"
