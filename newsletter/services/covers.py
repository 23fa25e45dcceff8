"""Covers: while an approver is away, an administrator lets somebody else approve, from one day to another."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import Cover, Role, User
from newsletter.services.audit import record_act
from newsletter.services.schedules import local
from newsletter.workspace import Workspace

_APPROVERS = (Role.APPROVER, Role.ADMINISTRATOR)


def require_may_approve(workspace: Workspace, user: User) -> None:
    """Raise ConflictError where neither their role nor a cover of today lets somebody approve."""
    if not may_approve(workspace, user):
        raise ConflictError(
            "Your role does not let you approve, so nothing was approved. An administrator can let you cover for "
            "somebody who is away."
        )


def may_approve(workspace: Workspace, user: User) -> bool:
    """Whether somebody may approve today, by their role or by a cover."""
    return user.role in _APPROVERS or cover_of(workspace, user) is not None


def cover_of(workspace: Workspace, user: User) -> Cover | None:
    """The cover by which somebody may approve today, counted in the newsletter's own zone."""
    today = today_in(workspace)
    return user.covers.filter(ended_at=None, first__lte=today, last__gte=today).order_by("-last").first()


def today_in(workspace: Workspace) -> date:
    """The day where the newsletter is at home."""
    return local(workspace, timezone.now()).date()


def covers(workspace: Workspace) -> QuerySet[Cover]:
    """What holds today or will, the earliest first."""
    return Cover.objects.filter(ended_at=None, last__gte=today_in(workspace)).select_related("user").order_by("first")


def arrange_cover(workspace: Workspace, user: User, first: date, last: date, *, by: User) -> Cover:
    """Let somebody approve from `first` to `last`. Raises InputError for days that make no sense or no need of it."""
    if last < first:
        raise InputError("The last day comes before the first one.")
    if last < today_in(workspace):
        raise InputError("These days are past.")
    if user.role in _APPROVERS or not user.is_active:
        raise InputError(f"{user.name} may approve anyway." if user.is_active else f"{user.name} has no account now.")
    with transaction.atomic():
        record_act("cover", f"account {user.pk}", by=by.name, user=by, first=first.isoformat(), last=last.isoformat())
        return Cover.objects.create(user=user, first=first, last=last, by=by.name, at=timezone.now())


def end_cover(cover: int, *, by: User) -> None:
    """End a cover before its last day. Raises ConflictError where it is over, or not there."""
    with transaction.atomic():
        if not Cover.objects.filter(pk=cover, ended_at=None).update(ended_at=timezone.now()):
            raise ConflictError("This cover is over already, or it is not there.")
        record_act("end cover", f"cover {cover}", by=by.name, user=by)
