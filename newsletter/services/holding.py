"""Holds a mailing because something is wrong, and remembers why, until a person has mended it and resumes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from newsletter.errors import RouteRefusedError
from newsletter.models import AuditRecord, Mailing, MailingState
from newsletter.services.audit import record_act

logger = logging.getLogger(__name__)

_ACT = "hold"
_BY = "newsletter"  # no person did it


def hold(mailing_id: int, reason: str) -> bool:
    """Pause a mailing that is on its way; False where it is not, or somebody was first.

    `reason` is one sentence for staff, without any address. The next claim finds the mailing paused.
    """
    with transaction.atomic():
        sending = Mailing.objects.filter(pk=mailing_id, state=MailingState.SENDING)
        if not sending.update(state=MailingState.PAUSED):
            return False
        record_act(_ACT, _subject(mailing_id), by=_BY, reason=reason)
    logger.error("mailing %d is held: %s", mailing_id, reason)
    return True


@contextmanager
def held_if_refused(mailing_id: int) -> Iterator[None]:
    """Hold the mailing where the server will not take mail from us: a sign-in lost, a sender or a size refused."""
    try:
        yield
    except RouteRefusedError as error:
        hold(mailing_id, str(error))
        raise


def why_held(mailing: Mailing) -> str:
    """Why a paused mailing was held; empty where it is not paused, or a person paused it."""
    if mailing.state != MailingState.PAUSED:
        return ""
    acts = AuditRecord.objects.filter(subject=_subject(mailing.pk), action__in=(_ACT, "pause", "resume"))
    last = acts.order_by("pk").last()
    return str(last.detail["reason"]) if last and last.action == _ACT else ""


def _subject(mailing_id: int) -> str:
    return f"mailing {mailing_id}"
