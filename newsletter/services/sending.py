"""Sends a mailing: batches are claimed and handed to a transport until a count says that nothing is left to do."""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event

from django.utils import timezone
from filelock import FileLock, Timeout

from newsletter.errors import ConflictError, UnavailableError
from newsletter.models import Mailing, MailingState
from newsletter.services import ledger
from newsletter.services.composing import Composer
from newsletter.services.journal import LedgerJournal
from newsletter.services.ports import Jobs
from newsletter.services.receipts import Receipt, receipt_of
from newsletter.services.retrying import PATIENT, RetryPolicy
from newsletter.services.routing import open_route
from newsletter.services.steering import start
from newsletter.transports.base import Transport
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

Progress = Callable[[Receipt], None]
JobTable = Mapping[str, Callable[..., None]]

_TICK = 0.2  # seconds between two looks at the ledger for the progress bar


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """One run of one mailing: what its workers share."""

    workspace: Workspace
    mailing: Mailing
    open_transport: Callable[[], Transport]
    retry: RetryPolicy = PATIENT
    stop: Event = field(default_factory=Event)  # set it to end after the batches that are under way

    @property
    def jobs(self) -> JobTable:
        """The jobs an engine must know to run this."""
        return {"drain": self.drain}

    def drain(self, mailing: int) -> None:
        """One worker over one connection: claim, send, record, until nothing is due."""
        transport, compose = self.open_transport(), Composer(self.workspace, self.mailing)
        while not self.stop.is_set() and self._send_batch(mailing, transport, compose):
            pass

    def _send_batch(self, mailing: int, transport: Transport, compose: Composer) -> bool:
        """Claim and send one batch; False when nothing was due."""
        owner = secrets.token_hex(8)
        batch = ledger.claim(mailing, owner=owner, most=self.workspace.config.sending.batch_size)
        journal = LedgerJournal(batch, route=transport.name, retry=self.retry)
        try:
            transport.deliver(map(compose, batch), journal)
        finally:
            ledger.release(owner)
        return bool(batch)


def dispatch_of(workspace: Workspace, mailing: Mailing, *, stop: Event | None = None) -> Dispatch:
    """A run over the workspace's own route. Raises ConflictError where practice and the mailing do not fit."""
    route = open_route(workspace, mailing)
    return Dispatch(workspace=workspace, mailing=mailing, open_transport=route, stop=stop or Event())


def send_mailing(
    dispatch: Dispatch, jobs: Jobs, *, progress: Progress | None = None, patience: timedelta = timedelta(minutes=15)
) -> Receipt:
    """Send until the mailing is finished, paused, cancelled or stopped; returns how far it got.

    Deliveries to be tried again are waited for as long as the next is due within `patience`; later ones stay for the
    next run. Raises ConflictError where another process is sending, or what was approved was changed on disk;
    UnavailableError where the route or the ledger does not answer, with nobody marked as refused.
    """
    watch = progress or _unseen
    with sending_lock(dispatch.workspace), _stopping_on_error(dispatch.stop):
        Composer(dispatch.workspace, dispatch.mailing)  # a changed edition stops here, before anything is claimed
        ledger.recover(dispatch.mailing.pk, everything=True)
        start(dispatch.mailing)
        while not _round(dispatch, jobs, watch) and _wait(dispatch, patience, watch):
            pass
        return _told(dispatch.mailing, watch)


@contextmanager
def sending_lock(workspace: Workspace) -> Iterator[None]:
    """Held by the one process that sends for this workspace. Raises ConflictError where another holds it."""
    workspace.data.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(workspace.data / "sending.lock", timeout=0):
            yield
    except Timeout:
        raise ConflictError("Another process is sending for this workspace; wait for it, or stop it first.") from None


@contextmanager
def _stopping_on_error(stop: Event) -> Iterator[None]:
    """Workers outlive an interruption of the thread that watches them, unless they are told."""
    try:
        yield
    except BaseException:
        stop.set()
        raise


def _round(dispatch: Dispatch, jobs: Jobs, progress: Progress) -> bool:
    """Drain once with all connections; True when the mailing needs no further round."""
    mailing = dispatch.mailing
    for _ in range(dispatch.workspace.config.sending.connections):
        jobs.defer("drain", mailing=mailing.pk)
    try:
        while not jobs.join(_TICK):
            _told(mailing, progress)
    except UnavailableError:
        # Some servers take fewer connections than we open; it matters only if the others left something undone.
        if _is_due(mailing.pk):
            raise
        logger.warning("a connection failed; the others did its work")
    mailing.refresh_from_db()
    if mailing.state == MailingState.CANCELLED:
        ledger.skip_waiting(mailing.pk)  # a try that ended after the cancellation may have asked for another
    ledger.finish(mailing.pk)
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
