"""Drafts that were sent round for comment, and what came back on them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from newsletter.models.mailings import new_uid


class DraftRound(models.Model):
    """One draft of an issue, mailed to some people. An answer finds it by the Message-ID that it names."""

    uid = models.CharField(max_length=16, unique=True, default=new_uid, editable=False)
    issue_id = models.CharField(max_length=64, db_index=True)
    places = models.JSONField()  # number in the mail to `section` or `section/item`
    source_hash = models.CharField(max_length=64)  # of the issue as it was then
    people = models.PositiveIntegerField()  # how many it was sent to; who they were is nowhere kept
    by = models.CharField(max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Its number and issue."""
        return f"draft round {self.pk} of {self.issue_id}"


class DraftRemark(models.Model):
    """One remark on a draft."""

    round = models.ForeignKey(DraftRound, on_delete=models.CASCADE, related_name="remarks")
    number = models.PositiveSmallIntegerField(null=True)  # as in the mail; none where it is about the whole
    text = models.TextField()
    author = models.CharField(max_length=320)  # name, or address where there is none
    source = models.CharField(max_length=255)  # Message-ID of the answer
    position = models.PositiveSmallIntegerField()  # within the answer
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "position"], name="remark_once"),
        ]

    def __str__(self) -> str:
        """Its number and round; never who wrote it."""
        return f"remark {self.pk} on {self.round_id}"
