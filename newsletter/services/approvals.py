"""Who approved what so far, and whether it may leave."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from newsletter.content.issue import issue_path
from newsletter.content.wording import at_moment
from newsletter.errors import ConflictError
from newsletter.models import Approval, Edition
from newsletter.services.audience import segments_of
from newsletter.services.frozen import frozen_segments
from newsletter.services.schedules import local
from newsletter.services.sources import source_hash
from newsletter.workspace import Workspace

ALONE_WAITS = timedelta(minutes=30)  # in which the rest of the team can stop what one person approved alone


@dataclass(frozen=True, kw_only=True)
class ApprovalResult:
    """Where an edition stands after one more person approved it."""

    edition: Edition
    people: tuple[str, ...]  # who approved exactly these bytes, in order
    needed: int  # how many different people it takes
    outdated: tuple[str, ...]  # who approved an earlier text of this issue: their word does not count for this one
    alone_at: datetime | None = None  # when one person said that their word alone is enough

    @property
    def complete(self) -> bool:
        """True when it may be sent."""
        return len(self.people) >= self.needed or self.alone_at is not None

    @property
    def leaves_from(self) -> datetime | None:
        """When it may leave at the earliest; None where that is at once. A second person's word ends the wait."""
        return self.alone_at + ALONE_WAITS if self.alone_at and len(self.people) < self.needed else None


def approval_of(workspace: Workspace, edition: Edition) -> ApprovalResult:
    """Who approved an edition so far."""
    people = tuple(edition.approvals.order_by("at", "pk").values_list("person", flat=True))
    others = Approval.objects.filter(edition__issue_id=edition.issue_id).exclude(edition=edition)
    alone = edition.approvals.exclude(alone_because="").order_by("at")
    return ApprovalResult(
        edition=edition,
        people=people,
        needed=workspace.config.approval.people,
        outdated=tuple(dict.fromkeys(others.order_by("at", "pk").values_list("person", flat=True))),
        alone_at=alone.values_list("at", flat=True).first(),
    )


def require_may_leave(workspace: Workspace, edition: Edition, at: datetime | None = None) -> None:
    """Raise ConflictError where an edition may not leave now, or at that moment."""
    result = approval_of(workspace, edition)
    if not result.complete:
        raise ConflictError(f"{edition} has {len(result.people)} of {result.needed} approvals and can't be sent yet.")
    if result.leaves_from and (at or timezone.now()) < result.leaves_from:
        first = at_moment(local(workspace, result.leaves_from))
        raise ConflictError(
            f"{', '.join(result.people)} approved {edition.issue_id} alone, so it can leave from {first} on; name a "
            "later time with --at, or have a second person approve it."
        )


def standing_of(workspace: Workspace, issue_id: str) -> ApprovalResult | None:
    """How far the approval of an issue has come as it stands on disk; None where nobody approved this text."""
    editions = _same_text(workspace, issue_id).order_by("-pk")
    results = [approval_of(workspace, edition) for edition in editions if not _changed_segments(workspace, edition)]
    return next((result for result in results if result.complete), results[0] if results else None)


def _same_text(workspace: Workspace, issue_id: str) -> QuerySet[Edition]:
    return Edition.objects.filter(issue_id=issue_id, source_hash=source_hash(workspace, issue_id))


def sendable_edition(workspace: Workspace, issue_id: str) -> Edition:
    """The approved edition of an issue as it stands on disk.

    Raises ConflictError where nobody or too few people approved it, or where it was edited since; InputError where
    there is no such issue.
    """
    same_text = _same_text(workspace, issue_id)
    result = standing_of(workspace, issue_id)
    if result and result.complete:
        return result.edition
    if result:
        raise ConflictError(
            f"Issue {issue_id} has {len(result.people)} of {result.needed} approvals; "
            f"another person must run newsletter approve {issue_id} --by NAME."
        )
    if latest := same_text.last():
        raise ConflictError(
            f"Issue {issue_id} was approved with other rules for who gets which version: segment "
            f"{', '.join(_changed_segments(workspace, latest))} in subscribers/segments.toml was changed since. Put it "
            f"back as it was, or run newsletter approve {issue_id} --by NAME again."
        )
    edited = Edition.objects.filter(issue_id=issue_id).exists()
    if not edited:
        issue_path(workspace.issue_path(issue_id))
    why = "was changed after it was approved" if edited else "is not approved yet"
    raise ConflictError(f"Issue {issue_id} {why}; run newsletter approve {issue_id} --by NAME.")


def _changed_segments(workspace: Workspace, edition: Edition) -> list[str]:
    """Segments that an edition's versions are for and that pick other people now than when it was approved."""
    approved = frozen_segments(workspace.editions, edition.content_hash)
    now = segments_of(workspace) if approved else {}
    return [name for name, rule in (approved or {}).items() if name not in now or not rule.picks_as(now[name])]
