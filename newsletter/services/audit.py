"""Writes the log of who did what; it is only ever added to."""

from django.utils import timezone

from newsletter.models import AuditRecord, User


def record_act(action: str, subject: str, *, by: str, user: User | None = None, **detail: object) -> None:
    """Add one act to the log, inside the transaction that performs it. Details hold no personal data."""
    AuditRecord.objects.create(at=timezone.now(), by=by, user=user, action=action, subject=subject, detail=detail)
