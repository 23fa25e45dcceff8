"""Replies: every mail that came to the newsletter's address, what was understood of it and what was done about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from newsletter.models.append_only import AppendOnly


class ReplyState(models.TextChoices):
    """Where one stands."""

    RECEIVED = "received", "just came in"
    CLASSIFIED = "classified", "read, and left alone"
    WAITING = "waiting_for_staff", "waits for you"
    DONE = "done", "dealt with"
    QUARANTINED = "quarantined", "could not be read"


class Act(models.TextChoices):
    """What may be done about a reply. Trust is given to each alone (`Trust`)."""

    BUTTON = "button", "what a button or subject of ours asks for"
    SUBSCRIBE = "subscribe", "ask who wants to join to confirm"
    INVITE = "invite", "ask others who are named to confirm"
    UNSUBSCRIBE = "unsubscribe", "take the sender off the list"
    MOVE = "move", "ask the new address to confirm"
    BOUNCE = "bounce", "count mail that came back"
    COMPLAINT = "complaint", "take who complained off the list"
    CONTRIBUTION = "contribution", "file as an item for the next issue"
    REMARKS = "remarks", "keep remarks on a draft"
    HAND_OVER = "hand_over", "leave it to a person"
    PUT_AWAY = "put_away", "put away"


class TrustLevel(models.TextChoices):
    """How far the inbox is trusted with an act."""

    WATCH = "watch", "reads, and touches nothing"
    SUGGEST = "suggest", "suggests, and a person presses"
    ACT = "act", "acts, and tells what it did"


class Reply(models.Model):
    """One mail. The same mail is one row however often and by whatever way it arrives: `fingerprint` is unique.

    Its bytes lie in a file of their own (`services.inbox.letters`). When its time is over they go, and all that is
    personal here; the row stays, so that the mail is not acted on again when an old mailbox is put back.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=500, blank=True, db_index=True)
    source = models.CharField(max_length=255)  # where it came in first
    at = models.DateTimeField(db_index=True)  # when it came in
    written_at = models.DateTimeField(null=True, blank=True)  # as its Date says
    size = models.PositiveIntegerField()  # bytes
    sender = models.CharField(max_length=320, blank=True)  # as From says, which proves nothing
    sender_compared = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    references = models.JSONField(default=list, blank=True)  # Message-IDs that it answers, the nearest first
    authentication = models.CharField(max_length=8, blank=True)  # replies.authentication.Authenticity
    unanswerable = models.CharField(max_length=60, blank=True)  # why no program may write to its sender (RFC 3834)
    kind = models.CharField(max_length=16, blank=True)  # replies.Kind
    intent = models.CharField(max_length=16, blank=True)  # replies.Intent, of human mail; as corrected by staff
    flags = models.JSONField(default=list, blank=True)  # replies.Flag
    verdict = models.JSONField(default=dict, blank=True)  # the rest of what was understood
    problem = models.CharField(max_length=300, blank=True)  # why it could not be read
    act = models.CharField(max_length=16, choices=Act.choices, blank=True)  # what is to be done, or was
    why_not = models.CharField(max_length=300, blank=True)  # why a person decides; empty where the inbox may
    state = models.CharField(max_length=20, choices=ReplyState.choices, default=ReplyState.RECEIVED)
    has_letter = models.BooleanField(default=True)  # its bytes are still kept
    is_whole = models.BooleanField(default=True)  # False where only its header was fetched, for its size

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(state__in=ReplyState.values), name="reply_state_known"),
            models.CheckConstraint(condition=models.Q(act__in=["", *Act.values]), name="reply_act_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # It holds all that lists and counts ask for: a reply itself is kilobytes.
            models.Index(fields=["state", "at", "act", "intent", "kind", "flags"], name="reply_waiting"),
            models.Index(fields=["act", "at"], name="reply_act"),
            models.Index(fields=["sender_compared", "at"], name="reply_sender"),  # who floods us is counted for a day
            models.Index(fields=["at"], name="reply_has_letter", condition=models.Q(has_letter=True)),
        ]

    def __str__(self) -> str:
        """The row's number and kind; never who wrote it."""
        return f"reply {self.pk} ({self.kind or 'not read yet'})"


class Arrival(models.Model):
    """One place where a reply lay: so a mailbox is not fetched again, and is tidied when the reply is dealt with."""

    source = models.CharField(max_length=255)  # the mailbox or folder
    epoch = models.CharField(max_length=20, blank=True)  # UIDVALIDITY: another one means that all keys are new
    key = models.CharField(max_length=255)  # UID, or the file's name
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="arrivals")
    is_filed = models.BooleanField(default=False)  # flagged or moved there, or nothing is to be done there

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "epoch", "key"], name="arrival_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "epoch"], name="arrival_unfiled", condition=models.Q(is_filed=False)),
        ]

    def __str__(self) -> str:
        """Which arrival of which reply."""
        return f"arrival {self.pk} of reply {self.reply_id}"


class StepKind(models.TextChoices):
    """One thing that happened to a reply."""

    DONE = "done", "done"
    DECLINED = "declined", "a person said no"
    CORRECTED = "corrected", "a person said what it is"
    UNDONE = "undone", "taken back"
    HANDED = "handed", "handed to a colleague"
    ANSWERED = "answered", "answered"
    CLOSED = "closed", "closed by a person"


class ReplyStep(AppendOnly):
    """What was done about a reply, by whom, and what is needed to take it back."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=StepKind.choices)
    act = models.CharField(max_length=16, choices=Act.choices)
    by = models.CharField(max_length=200, blank=True)  # empty: the program itself
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(max_length=300, blank=True)  # in words, with nobody's address
    facts = models.JSONField(default=dict, blank=True)  # numbers of the rows that were touched

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(kind__in=StepKind.values), name="step_kind_known"),
            models.CheckConstraint(condition=models.Q(act__in=Act.values), name="step_act_known"),
        ]

    def __str__(self) -> str:
        """What happened to which reply."""
        return f"{self.act} {self.kind} for reply {self.reply_id}"


class Trust(models.Model):
    """How far the inbox is trusted with one kind of act; without a row as it starts (`services.inbox.trust`)."""

    act = models.CharField(max_length=16, choices=Act.choices, unique=True)
    level = models.CharField(max_length=8, choices=TrustLevel.choices)
    agreed = models.PositiveIntegerField(default=0)  # suggestions in a row that people agreed with
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200, blank=True)  # empty: a correction brought it down

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(act__in=Act.values), name="trust_act_known"),
            models.CheckConstraint(condition=models.Q(level__in=TrustLevel.values), name="trust_level_known"),
        ]

    def __str__(self) -> str:
        """Which act, how far."""
        return f"{self.act}: {self.level}"
