"""The minutes between "Send" and the first mail: who pressed too early presses Stop, and nobody has got anything."""

from datetime import datetime, timedelta

from django.utils import timezone

from newsletter.content.wording import at_moment
from newsletter.errors import ConflictError
from newsletter.models import Edition, Mailing
from newsletter.services.approvals import approval_of
from newsletter.services.planning import plan
from newsletter.services.schedules import local
from newsletter.workspace import Workspace


def first_moment(workspace: Workspace, edition: Edition) -> datetime:
    """When an edition can leave at the earliest: after the window, and after what one person's word asks for."""
    held = timezone.now() + timedelta(minutes=workspace.config.studio.hold)
    leaves = approval_of(workspace, edition).leaves_from
    return max(held, leaves) if leaves else held


def require_after_window(workspace: Workspace, edition: Edition, at: datetime) -> None:
    """Raise ConflictError for a moment before the first one."""
    first = first_moment(workspace, edition)
    if at < first:
        raise ConflictError(
            f"It can leave at {at_moment(local(workspace, first))} at the earliest, so that there is time to stop it. "
            "Choose a later time, or send it now."
        )


def send_after_window(
    workspace: Workspace,
    edition: Edition,
    *,
    by: str,
    at: datetime | None = None,
    segment: str = "",
    again: str = "",
    correcting: Mailing | None = None,
) -> Mailing:
    """Schedule an edition for a moment, or for the first one there is. `newsletter serve` sends it then.

    Raises as `plan` does, and ConflictError for a moment before the first one.
    """
    if at:
        require_after_window(workspace, edition, at)
    at = at or first_moment(workspace, edition)
    return plan(workspace, edition, at=at, segment=segment, again=again, correcting=correcting, by=by)
