"""Pause, resume and cancel. Each takes effect within one batch, because every claim looks at the mailing's state."""

from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import ENDED, Mailing, MailingState
from newsletter.services import ledger
from newsletter.services.audit import record_act

_READY = (MailingState.PLANNED, MailingState.SCHEDULED, MailingState.PAUSED)
_GOING = (MailingState.SENDING, MailingState.SCHEDULED, MailingState.PLANNED)


def start(mailing: Mailing) -> None:
    """Let it go out. Raises ConflictError where it has ended or waits for somebody's word."""
    if mailing.state == MailingState.SENDING:
        return
    _move(mailing, _READY, MailingState.SENDING, started_at=mailing.started_at or timezone.now())


def pause(mailing: Mailing, *, by: str) -> None:
    """Hold it; what is on the wire ends by itself. Raises ConflictError where it is not on its way."""
    with transaction.atomic():
        _move(mailing, _GOING, MailingState.PAUSED)
        record_act("pause", f"mailing {mailing.pk}", by=by)


def resume(mailing: Mailing, *, by: str) -> None:
    """Let a paused mailing go on. Raises ConflictError where it is not paused."""
    with transaction.atomic():
        _move(mailing, (MailingState.PAUSED,), MailingState.SENDING, started_at=mailing.started_at or timezone.now())
        record_act("resume", f"mailing {mailing.pk}", by=by)


def cancel(mailing: Mailing, *, by: str) -> int:
    """Stop it for good; returns how many people get nothing. Raises ConflictError where it has ended."""
    open_states = tuple(state for state in MailingState if state not in ENDED)
    with transaction.atomic():
        _move(mailing, open_states, MailingState.CANCELLED, finished_at=timezone.now())
        stopped = ledger.skip_waiting(mailing.pk)
        ledger.finish(mailing.pk)
        record_act("cancel", f"mailing {mailing.pk}", by=by, stopped=stopped)
    return stopped


def _move(mailing: Mailing, before: tuple[MailingState, ...], after: MailingState, **values: object) -> None:
    """Compare and set: of two people who press at once, one wins and the other is told."""
    if not Mailing.objects.filter(pk=mailing.pk, state__in=before).update(state=after, **values):
        mailing.refresh_from_db()
        raise ConflictError(f"Mailing {mailing.pk} is {mailing.get_state_display()} and can't be {after.label} now.")
    mailing.refresh_from_db()
