"""What was approved, and by whom. The bytes themselves lie in `data/editions/<hash>/`."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from newsletter.models.append_only import AppendOnly


class Edition(models.Model):
    """An issue as frozen for approval: every variant rendered, one hash over all that went into it."""

    issue_id = models.CharField(max_length=64, db_index=True)  # name of the folder under issues/
    content_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    source_hash = models.CharField(
        max_length=64
    )  # over YAML, pictures, templates, theme: tells an edit without rendering
    folder = models.CharField(max_length=255)  # below data/editions/
    variants_summary = models.JSONField(default=list)  # for lists and reports: key, language, subject, sizes
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Issue and the hash's first digits."""
        return f"{self.issue_id} ({self.content_hash[:12]})"

    @property
    def subject(self) -> str:
        """As the first version's readers see it in their inbox; the issue's name where no summary was kept."""
        return str(self.variants_summary[0]["subject"]) if self.variants_summary else self.issue_id


class Variant(models.Model):
    """One rendering within an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="variants")
    key = models.CharField(max_length=64)
    language = models.CharField(max_length=35)
    audiences = models.JSONField(default=list)  # segment ids whose sections this rendering holds
    subject = models.CharField(max_length=998)  # RFC 5322 line limit
    html_hash = models.CharField(max_length=64)
    html_bytes = models.PositiveIntegerField()
    text_bytes = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "key"], name="variant_once_an_edition"),
        ]

    def __str__(self) -> str:
        """Its key within the edition."""
        return self.key


class Approval(AppendOnly):
    """One person's word that this edition may be sent."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="approvals")
    person = models.CharField(max_length=200)  # as typed
    person_key = models.CharField(max_length=200)  # as compared: case and white space aside
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    alone_because = models.CharField(max_length=500, blank=True)  # why this one word is to be enough

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["edition", "person_key"], name="approval_once_a_person"),
            models.CheckConstraint(condition=~models.Q(person_key=""), name="approval_has_person"),
        ]

    def __str__(self) -> str:
        """Which edition."""
        return f"approval of edition {self.edition_id}"
