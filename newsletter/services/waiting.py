"""Waits for a schedule's moment, or for the process that is sending.

By the wall clock and in short steps: a laptop that slept must not add its sleep to the wait.
"""

from collections.abc import Callable
from threading import Event

from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import Mailing, MailingState
from newsletter.services.locking import is_sending
from newsletter.services.receipts import Receipt, receipt_of
from newsletter.services.schedules import fire_due
from newsletter.workspace import Workspace

_STEP = 5.0  # seconds
_LOOK = 1.0  # seconds between two looks at what another process does

_ON_ITS_WAY = (MailingState.PLANNED, MailingState.SCHEDULED, MailingState.SENDING)


def wait_for(workspace: Workspace, mailing: Mailing, stop: Event) -> None:
    """Return when a scheduled mailing is due, somebody else took it up, or `stop` is set.

    Raises ConflictError where the moment is long past, or the schedule was held or cancelled meanwhile.
    """
    while mailing.state == MailingState.SCHEDULED and mailing.scheduled_for and not stop.is_set():
        left = (mailing.scheduled_for - timezone.now()).total_seconds()
        if left <= 0:
            break
        stop.wait(min(left, _STEP))
        mailing.refresh_from_db()
    fire_due(workspace)  # marks what is overdue
    mailing.refresh_from_db()
    if mailing.state == MailingState.NEEDS_APPROVAL:
        raise ConflictError(
            f"The moment of mailing {mailing.pk} is long past; newsletter resume {mailing.pk} --by NAME sends it now."
        )


def look_on(workspace: Workspace, mailing: Mailing, stop: Event, progress: Callable[[Receipt], None]) -> Receipt | None:
    """Tell the progress of a mailing while another process is sending; None when that process has ended.

    The receipt is returned when the mailing is no longer on its way, whoever saw to that.
    """
    while not stop.wait(_LOOK):
        mailing.refresh_from_db()
        receipt = receipt_of(mailing)
        progress(receipt)
        if mailing.state not in _ON_ITS_WAY:
            return receipt
        if not is_sending(workspace):
            break
    return None
