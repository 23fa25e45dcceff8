"""Puts right what a crash or the passing of time has left: at the start of every run, and now and then while serving.

All of it is safe to do at any time and any number of times.
"""

import logging
from datetime import timedelta

from django.utils import timezone

from newsletter.errors import SendingElsewhereError
from newsletter.models import ENDED, OPEN, DeliveryState, Mailing, MailingState
from newsletter.services import ledger
from newsletter.services.bouncing import count_refusals
from newsletter.services.holding import why_held
from newsletter.services.locking import sending_lock
from newsletter.services.resolving import apply_policy
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_HELD = (DeliveryState.CLAIMED, DeliveryState.TRANSMITTING)
_WAITING = (DeliveryState.PENDING, DeliveryState.DEFERRED)
_LONGEST_WAIT = timedelta(days=2)  # second tries come within hours, or the day that a server may ask for


def sweep(workspace: Workspace) -> None:
    """Recover all mailings; beside a process that is sending, only what workers have held for longer than they may."""
    try:
        with sending_lock(workspace):
            sweep_locked(workspace)
    except SendingElsewhereError:
        _sweep(workspace, everything=False)


def sweep_locked(workspace: Workspace) -> None:
    """The same for who holds the sending lock: whatever seems to be held was left by a process that died."""
    _sweep(workspace, everything=True)


def _sweep(workspace: Workspace, *, everything: bool) -> None:
    stuck = ledger.unfinished(frozenset(_HELD))
    for mailing_id in stuck:
        if doubtful := ledger.recover(mailing_id, everything=everything):
            logger.warning("mailing %d: of %d deliveries nobody knows whether they arrived", mailing_id, doubtful)
    for mailing_id in ledger.unfinished(frozenset(_WAITING)):
        if ledger.call_back(mailing_id, latest=timezone.now() + _LONGEST_WAIT):
            logger.warning("mailing %d: the clock was ahead when second tries were put off", mailing_id)
    for mailing in Mailing.objects.filter(pk__in=ledger.unfinished(frozenset({DeliveryState.IN_DOUBT}))):
        apply_policy(workspace, mailing, timezone.now())
    ended = Mailing.objects.filter(state__in=ENDED)
    for mailing in ended.filter(pk__in={*stuck, *ledger.unfinished(frozenset(OPEN))}):
        close(mailing)
    count_refusals(workspace)


def close(mailing: Mailing) -> None:
    """End a mailing that has nothing left to do; of a cancelled one, stop what asks for another try.

    One that somebody paused ends too when the last mails have their answers. One that was held shows its reason until
    a person has seen it.
    """
    if Mailing.objects.filter(pk=mailing.pk, state=MailingState.CANCELLED).exists():
        ledger.skip_waiting(mailing.pk)
    mailing.refresh_from_db()
    ledger.finish(mailing.pk, paused=not why_held(mailing))
