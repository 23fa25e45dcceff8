"""Schedules: a moment as people type it, and which mailings are to be sent now.

A computer that was off or asleep over the moment must not send a bulletin in the middle of the night, or one that
everybody has forgotten: what is overdue by more than `[sending] grace` waits for a person.
"""

import logging
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from newsletter.errors import InputError
from newsletter.models import Mailing, MailingState
from newsletter.services.audit import record_act
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)


def parse_moment(text: str, zone: ZoneInfo, *, now: datetime) -> datetime:
    """`2025-12-05T09:30` in the newsletter's zone, or with an offset of its own, `2025-10-26T01:30+01:00`.

    Raises InputError for a moment that is past, and for one that the change of the clocks skips or repeats.
    """
    text = re.sub(r"[T ](?=\d:)", "T0", text.strip())  # half past nine is 9:30 to most people
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or len(text) <= len("2025-12-05"):  # of a day alone Python makes its midnight
        raise InputError(f"'{text}' is not a moment; write date and time, such as 2025-12-05T09:30")
    if moment.tzinfo is None:
        moment = _in_zone(text, moment, zone)
    if moment <= now:
        raise InputError(f"{text} is past; name another time, or send it now.")
    return moment


def _in_zone(text: str, wall: datetime, zone: ZoneInfo) -> datetime:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    # Of a time that is skipped neither reading comes back from UTC as what was written.
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise InputError(f"{text} does not exist in {zone.key}: the clocks go forward over it. Name another time.")
    raise InputError(
        f"{text} comes twice in {zone.key}, because the clocks go back; write {first.isoformat(timespec='minutes')} "
        f"for the first or {second.isoformat(timespec='minutes')} for the second."
    )


def is_missed(mailing: Mailing) -> bool:
    """Whether a mailing had a time, and it is past without anybody chosen."""
    return not mailing.chosen and mailing.scheduled_for is not None and mailing.scheduled_for <= timezone.now()


def local(workspace: Workspace, moment: datetime) -> datetime:
    """A moment in the newsletter's own zone, in which people are told of it."""
    return moment.astimezone(ZoneInfo(workspace.publication.timezone))


def fire_due(workspace: Workspace, now: datetime | None = None) -> list[Mailing]:
    """Mailings to be sent now, oldest first: schedules that are due, and what a stopped process left on its way.

    Their audience is fixed when they are sent. An overdue schedule is marked as waiting for a person instead.
    """
    now = now or timezone.now()
    for mailing in Mailing.objects.filter(state=MailingState.SCHEDULED, scheduled_for__lt=now - grace(workspace)):
        _ask(mailing)
    due = Mailing.objects.filter(state=MailingState.SCHEDULED, scheduled_for__lte=now)
    begun = Mailing.objects.filter(state=MailingState.SENDING)
    return list((due | begun).select_related("edition").order_by("pk"))


def grace(workspace: Workspace) -> timedelta:
    """By how much a schedule may be overdue before a person must say that it may go."""
    return timedelta(minutes=workspace.config.sending.grace)


def _ask(mailing: Mailing) -> None:
    with transaction.atomic():
        still = Mailing.objects.filter(pk=mailing.pk, state=MailingState.SCHEDULED)
        if still.update(state=MailingState.NEEDS_APPROVAL):
            record_act("overdue", f"mailing {mailing.pk}", by="newsletter")
            logger.error("mailing %d is long overdue; newsletter resume %d --by NAME sends it", mailing.pk, mailing.pk)
