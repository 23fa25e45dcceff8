"""Jobs that come round while the program serves: each in a thread of its own, so that none waits for another."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread

from django.db import connections

from newsletter.engine.local import send_here
from newsletter.errors import ConflictError, NewsletterError
from newsletter.services.answering import answer_posted
from newsletter.services.events import match_stored
from newsletter.services.inbox.handling import handle_received
from newsletter.services.inbox.keeping import forget_old_letters
from newsletter.services.inbox.rounds import pulled, watch
from newsletter.services.list_uploads import purge_uploads
from newsletter.services.outgoing import purge_sent, send_due
from newsletter.services.posting import purge_posted
from newsletter.services.requesting import purge_requests
from newsletter.services.schedules import fire_due
from newsletter.services.staff_sessions import purge_sessions
from newsletter.services.sweeping import sweep
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

Work = Callable[[Workspace, Event], object]


@dataclass(frozen=True, kw_only=True)
class TimedJob:
    """One line of the timetable. Every job may run at any time, any number of times, beside any other."""

    name: str
    seconds: float  # between the end of one run and the start of the next
    work: Work  # gets the event that says stop, if it can take long


def _send_due(workspace: Workspace, stop: Event) -> None:
    """Send what is scheduled for now, and go on with what a stopped process left."""
    for mailing in fire_due(workspace):
        if stop.is_set():
            return
        try:
            send_here(workspace, mailing, stop=stop)
        except ConflictError as error:  # another process is at it: the next round sees what it left
            logger.info("mailing %d is not sent from here now: %s", mailing.pk, error)


def _while_any(act: Callable[[Workspace, Event], int]) -> Work:
    """Once more for as long as there was something to do."""

    def work(workspace: Workspace, stop: Event) -> None:
        while not stop.is_set() and act(workspace, stop):
            pass

    return work


def _forget(workspace: Workspace, _stop: Event) -> None:
    """Remove what nobody confirmed, what no budget needs any more, and letters whose time is over."""
    forget_old_letters(workspace)
    purge_requests()
    purge_posted()
    purge_sent()
    purge_sessions()
    purge_uploads(workspace)


TIMETABLE = (
    TimedJob(name="forms", seconds=1, work=_while_any(answer_posted)),
    TimedJob(name="notices", seconds=1, work=_while_any(send_due)),  # a server that hangs keeps nobody on the list
    TimedJob(name="replies", seconds=2, work=handle_received),
    TimedJob(name="forget", seconds=3600, work=_forget),
    TimedJob(name="send", seconds=20, work=_send_due),
    TimedJob(name="sweep", seconds=300, work=lambda workspace, _stop: sweep(workspace)),
    TimedJob(name="events", seconds=300, work=lambda workspace, _stop: match_stored(workspace)),
)


def timetable_of(workspace: Workspace) -> tuple[TimedJob, ...]:
    """The timetable, with a line for each mailbox that replies come to."""
    seconds = workspace.config.inbox.poll_seconds
    boxes = [
        TimedJob(name=f"mailbox-{number}", seconds=seconds, work=partial(_watch, url=url))
        for number, url in enumerate(pulled(workspace), 1)
    ]
    return (*TIMETABLE, *boxes)


def _watch(workspace: Workspace, stop: Event, *, url: str) -> None:
    watch(workspace, url, stop)


@contextmanager
def running(workspace: Workspace, jobs: Sequence[TimedJob] | None = None) -> Iterator[Event]:
    """The jobs come round until the block ends; what is on the wire is then finished. Gives the event for stop."""
    stop = Event()
    threads = [
        Thread(target=_come_round, args=(workspace, job, stop), name=f"newsletter-{job.name}")
        for job in (timetable_of(workspace) if jobs is None else jobs)
    ]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _come_round(workspace: Workspace, job: TimedJob, stop: Event) -> None:
    while not stop.is_set():
        try:
            job.work(workspace, stop)
        except NewsletterError as error:
            logger.warning("%s: %s", job.name, error)
        except Exception as error:  # noqa: BLE001  (one bad round must not be the last)
            logger.error("the job %s failed: %s", job.name, type(error).__name__)  # noqa: TRY400  (it may hold an address)
        finally:
            connections.close_all()
        stop.wait(job.seconds)
