"""Sends a mailing: transports pull from the ledger until a count says that nothing is left to do."""

import gc
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from threading import Event

from django.utils import timezone

from newsletter.errors import UnavailableError
from newsletter.models import Mailing, MailingState
from newsletter.services import ledger
from newsletter.services.bouncing import count_refusals
from newsletter.services.breaker import Breaker
from newsletter.services.composing import Composer
from newsletter.services.feeding import Feed
from newsletter.services.guarding import Guard, guard_of
from newsletter.services.holding import held_if_refused
from newsletter.services.journal import LedgerJournal
from newsletter.services.locking import sending_lock
from newsletter.services.pacing import Pacer
from newsletter.services.planning import fix_audience
from newsletter.services.ports import Jobs
from newsletter.services.receipts import Receipt, receipt_of
from newsletter.services.retrying import PATIENT, RetryPolicy
from newsletter.services.routing import open_route
from newsletter.services.steering import require_startable, start
from newsletter.services.sweeping import close, sweep_locked
from newsletter.services.write_ahead import tend
from newsletter.transports.base import Transport
from newsletter.workspace import Pace, Workspace

logger = logging.getLogger(__name__)

Progress = Callable[[Receipt], None]
JobTable = Mapping[str, Callable[..., None]]

_TICK = 0.2  # seconds between two looks at the ledger for the progress bar
_SHARE = 20  # a look that took long is followed by so many times its length without one


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """One run of one mailing: what its workers share."""

    workspace: Workspace
    mailing: Mailing
    open_transport: Callable[[], Transport]
    retry: RetryPolicy = PATIENT
    stop: Event = field(default_factory=Event)  # set it to end as soon as what is on the wire has its answer
    watch: Guard | None = None  # how fast, and when to hold; without limits if left out

    @cached_property
    def guard(self) -> Guard:
        """What hears every outcome of this run."""
        limit = self.workspace.config.sending.breaker
        return self.watch or Guard(self.mailing.pk, Pacer(Pace()), Breaker(limit=limit))

    @property
    def jobs(self) -> JobTable:
        """The jobs an engine must know to run this."""
        return {"drain": self.drain}

    def drain(self, mailing: int) -> None:
        """One worker over one transport: claim, send, record, until nothing is due."""
        transport = self.open_transport()
        journal = LedgerJournal(mailing, route=transport.name, retry=self.retry, hear=self.guard.hear)
        feed = Feed(
            mailing,
            journal,
            Composer(self.workspace, self.mailing).stream,
            pacer=self.guard.pacer,
            stop=self.stop,
            most=self.workspace.config.sending.batch_size,
            tripped=lambda: self.guard.tripped,
        )
        try:
            transport.deliver(feed, journal)
        finally:
            journal.release()


def dispatch_of(workspace: Workspace, mailing: Mailing, *, stop: Event | None = None) -> Dispatch:
    """A run over the workspace's own route. Raises ConflictError where practice and the mailing do not fit."""
    route = open_route(workspace, mailing)
    guard = guard_of(workspace, mailing, route().name)
    return Dispatch(workspace=workspace, mailing=mailing, open_transport=route, stop=stop or Event(), watch=guard)


def send_mailing(
    dispatch: Dispatch, jobs: Jobs, *, progress: Progress | None = None, patience: timedelta = timedelta(minutes=15)
) -> Receipt:
    """Send until the mailing is finished, paused, cancelled or stopped; returns how far it got.

    Deliveries to be tried again are waited for as long as the next is due within `patience`; later ones stay for the
    next run. Raises ConflictError where another process is sending, or what was approved was changed on disk;
    UnavailableError where the route or the ledger does not answer, with nobody marked as refused.
    """
    watch = progress or _unseen
    held = held_if_refused(dispatch.mailing.pk)
    with sending_lock(dispatch.workspace), _stopping_on_error(dispatch.stop), held:
        require_startable(dispatch.mailing)
        Composer(dispatch.workspace, dispatch.mailing)  # a changed edition stops here, before anything is claimed
        sweep_locked(dispatch.workspace)
        fix_audience(dispatch.workspace, dispatch.mailing)
        start(dispatch.mailing)
        gc.freeze()  # what was imported stays: looking through it again and again would cost a tenth of the time
        while not _round(dispatch, jobs, watch) and _wait(dispatch, patience, watch):
            pass
        return _told(dispatch.mailing, watch)


@contextmanager
def _stopping_on_error(stop: Event) -> Iterator[None]:
    """Workers outlive an interruption of the thread that watches them, unless they are told."""
    try:
        yield
    except BaseException:
        stop.set()
        raise


def _round(dispatch: Dispatch, jobs: Jobs, progress: Progress) -> bool:
    """Drain once with all workers; True when the mailing needs no further round."""
    mailing = dispatch.mailing
    for _ in range(dispatch.open_transport().connections):
        jobs.defer("drain", mailing=mailing.pk)
    try:
        pause = _TICK
        while not jobs.join(pause):
            begun = time.monotonic()
            _told(mailing, progress)
            tend()
            pause = max(_TICK, _SHARE * (time.monotonic() - begun))
    except UnavailableError:
        # Some servers take fewer connections than we open; it matters only if the others left something undone.
        if _is_due(mailing.pk):
            raise
        logger.warning("a connection failed; the others did its work")
    close(mailing)  # a try that ended after a cancellation may have asked for another
    count_refusals(dispatch.workspace, mailing)
    mailing.refresh_from_db()
    return mailing.state != MailingState.SENDING or dispatch.stop.is_set()


def _is_due(mailing_id: int) -> bool:
    due = ledger.next_due(mailing_id)
    return due is not None and due <= timezone.now()


def _wait(dispatch: Dispatch, patience: timedelta, progress: Progress) -> bool:
    """Wait for the next delivery that is due; False where that would take too long, or somebody said stop."""
    due = ledger.next_due(dispatch.mailing.pk)
    while due is not None and (left := due - timezone.now()) > timedelta():
        dispatch.mailing.refresh_from_db()
        if left > patience or dispatch.mailing.state != MailingState.SENDING:
            return False
        _told(dispatch.mailing, progress)
        if dispatch.stop.wait(min(left.total_seconds(), 1.0)):
            return False
    return due is not None


def _told(mailing: Mailing, progress: Progress) -> Receipt:
    receipt = receipt_of(mailing)
    progress(receipt)
    return receipt


def _unseen(_receipt: Receipt) -> None:
    """Progress that nobody watches."""
