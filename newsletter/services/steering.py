"""Start, pause, resume and cancel. Each takes effect within a second, because whoever sends looks that often."""

from django.db import transaction
from django.utils import timezone

from newsletter.content.wording import NEXT_STEPS
from newsletter.errors import ConflictError, InputError
from newsletter.models import Mailing, MailingState
from newsletter.services import ledger
from newsletter.services.audit import record_act
from newsletter.services.schedules import is_missed

_READY = (MailingState.PLANNED, MailingState.SCHEDULED)
_HELD = (MailingState.PAUSED, MailingState.NEEDS_APPROVAL)
_GOING = (MailingState.SENDING, MailingState.SCHEDULED, MailingState.PLANNED)
_OPEN = (*_HELD, *_GOING)


def is_going(mailing: Mailing) -> bool:
    """Whether it can be held."""
    return mailing.state in _GOING


def is_open(mailing: Mailing) -> bool:
    """Whether it can be stopped for good."""
    return mailing.state in _OPEN


def is_held(mailing: Mailing) -> bool:
    """Whether somebody must let it go on."""
    return mailing.state in _HELD


def require_startable(mailing: Mailing) -> None:
    """Raise ConflictError where it is held, has ended or waits for somebody's word."""
    mailing.refresh_from_db()
    if mailing.state not in (*_READY, MailingState.SENDING):
        raise _unfit(mailing, MailingState.SENDING)


def start(mailing: Mailing) -> None:
    """Let it go out. Raises ConflictError where it is held, has ended or waits for somebody's word."""
    if mailing.state == MailingState.SENDING:
        return
    _move(mailing, _READY, MailingState.SENDING, started_at=mailing.started_at or timezone.now())


def pause(mailing: Mailing, *, by: str) -> None:
    """Hold it; what is on the wire ends by itself. Raises ConflictError where it is not on its way."""
    with transaction.atomic():
        _move(mailing, _GOING, MailingState.PAUSED)
        record_act("pause", f"mailing {mailing.pk}", by=by)


def resume(mailing: Mailing, *, by: str) -> None:
    """Let a held mailing go on; a schedule whose time is still to come waits for it again.

    Raises ConflictError where it is not held, InputError where one that needs somebody's word gets no name.
    """
    if mailing.state == MailingState.NEEDS_APPROVAL and not by.strip():
        raise InputError("This mailing waits for somebody to say that it may go: say who with --by.")
    now = timezone.now()
    with transaction.atomic():
        if mailing.scheduled_for and not mailing.chosen and not is_missed(mailing):
            _move(mailing, _HELD, MailingState.SCHEDULED)
        else:
            _move(mailing, _HELD, MailingState.SENDING, started_at=mailing.started_at or now)
        record_act("resume", f"mailing {mailing.pk}", by=by)


def cancel(mailing: Mailing, *, by: str) -> int:
    """Stop it for good; returns how many people get nothing. Raises ConflictError where it has ended."""
    with transaction.atomic():
        _move(mailing, _OPEN, MailingState.CANCELLED, finished_at=timezone.now())
        stopped = ledger.skip_waiting(mailing.pk)
        ledger.finish(mailing.pk)
        record_act("cancel", f"mailing {mailing.pk}", by=by, stopped=stopped)
    return stopped


def _move(mailing: Mailing, before: tuple[MailingState, ...], after: MailingState, **values: object) -> None:
    """Compare and set: of two people who press at once, one wins and the other is told."""
    if not Mailing.objects.filter(pk=mailing.pk, state__in=before).update(state=after, **values):
        mailing.refresh_from_db()
        raise _unfit(mailing, after)
    mailing.refresh_from_db()


def _unfit(mailing: Mailing, after: MailingState) -> ConflictError:
    """Why this can't be done, in words that say what can."""
    name = f"Mailing {mailing.pk}"
    if mailing.state == after:
        return ConflictError(f"{name} is {mailing.get_state_display()} already.")
    if mailing.state == MailingState.FINISHED:
        return ConflictError(f"{name} is finished: nobody of its readers waits for it any more.")
    if mailing.state == MailingState.CANCELLED:
        issue = mailing.edition.issue_id
        return ConflictError(f"{name} was stopped for good; newsletter send {issue} reaches those who have not got it.")
    return ConflictError(
        f"{name} is {mailing.get_state_display()}. {NEXT_STEPS[mailing.state].format(mailing=mailing.pk)}"
    )
