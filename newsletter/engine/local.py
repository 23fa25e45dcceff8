"""The default engine: threads in this process, no broker. The ledger is the queue, so nothing is lost with a thread."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event, Lock
from types import TracebackType
from typing import Self

from django.db import connections, transaction

from newsletter.models import Mailing
from newsletter.services.receipts import Receipt
from newsletter.services.sending import Progress, dispatch_of, send_mailing
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)


class LocalEngine:
    """Jobs run by a fixed number of threads, each with its own database connection. Use it as a context manager."""

    def __init__(self, jobs: Mapping[str, Callable[..., None]], *, threads: int) -> None:
        """Take the jobs by name, and how many may run at once."""
        self._jobs = jobs
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="newsletter")
        self._running: set[Future[None]] = set()
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Begin; threads start with the first job."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Forget what has not begun and wait for what has."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def defer(self, job: str, **ids: int) -> None:
        """Run a job once the present transaction is committed. Raises KeyError for a job this engine does not know."""
        work = self._jobs[job]
        transaction.on_commit(lambda: self._submit(work, ids))

    def join(self, seconds: float | None = None) -> bool:
        """Wait for all jobs deferred so far; False when the time is over first. Raises what a failed one did."""
        with self._lock:
            running = set(self._running)
        done, left = wait(running, seconds)
        if left:
            return False
        with self._lock:
            self._running -= done
        for future in done:
            future.result()
        return True

    def _submit(self, work: Callable[..., None], ids: dict[str, int]) -> None:
        with self._lock:
            self._running.add(self._pool.submit(_run, work, ids))


def _run(work: Callable[..., None], ids: dict[str, int]) -> None:
    try:
        work(**ids)
    finally:
        connections.close_all()  # a thread's connection would stay open until the process ends


def send_here(
    workspace: Workspace,
    mailing: Mailing,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
    patience: timedelta = timedelta(minutes=15),
) -> Receipt:
    """Send a mailing with threads of this process, `[sending] connections` of them; see `services.sending`."""
    dispatch = dispatch_of(workspace, mailing, stop=stop)
    with LocalEngine(dispatch.jobs, threads=workspace.config.sending.connections) as engine:
        return send_mailing(dispatch, engine, progress=progress, patience=patience)
