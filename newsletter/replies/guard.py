"""The outer guard: mails are read in a child process with bounds on its memory and on the time of each mail.

The limits of `limits.py` keep every mail that we know of far below these bounds. What breaks them all the same costs
one child and is quarantined; the next mail goes on.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from newsletter.replies.classify import classify
from newsletter.replies.explain import explain
from newsletter.replies.ourselves import Ourselves
from newsletter.replies.verdict import Kind, Reason, Verdict

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_Answer = TypeVar("_Answer")
# A fork of a process with threads may hang. A server that has no threads reads the lists of words once and is forked
# for each batch; where the system has none, each child reads them anew.
_CONTEXT = (
    multiprocessing.get_context("forkserver")
    if "forkserver" in multiprocessing.get_all_start_methods()
    else multiprocessing.get_context("spawn")
)
_CONTEXT.set_forkserver_preload(["newsletter.replies"])


class GuardedReader:
    """Reads mails one after another; to be used in a `with`."""

    def __init__(self, ours: Ourselves, *, seconds: float = 5.0, megabytes: int = 2048) -> None:
        """Take who we are, and what one mail may cost."""
        self._ours, self._seconds, self._bytes = ours, seconds, megabytes * 2**20
        self._child: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._warm = False  # it has answered once

    def __enter__(self) -> Self:
        """Nothing is started before the first mail."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the child."""
        self._end()

    def classify(self, raw: bytes) -> Verdict:
        """What a mail is and wants; quarantined if the child breaks or takes too long."""
        return self._ask(classify, raw) or _quarantined(self._seconds)

    def explain(self, raw: bytes) -> str:
        """What each rule says of a mail."""
        return self._ask(explain, raw) or f"{_quarantined(self._seconds).reasons[0]}\n"

    def _ask(self, read: Callable[[bytes, Ourselves], _Answer], raw: bytes) -> _Answer | None:
        pipe = self._pipe or self._start()
        try:
            pipe.send((read, raw))
            if pipe.poll(self._seconds + (0 if self._warm else _STARTING)):
                self._warm = True
                answer: _Answer = pipe.recv()
                return answer
        except (EOFError, OSError):
            pass  # the child is gone: it ran out of memory
        self._end()
        return None

    def _start(self) -> Connection:
        self._pipe, theirs = _CONTEXT.Pipe()
        self._child = _CONTEXT.Process(target=_serve, args=(theirs, self._ours, self._bytes), daemon=True)
        self._child.start()
        theirs.close()
        self._warm = False
        return self._pipe

    def _end(self) -> None:
        if self._pipe:
            self._pipe.close()
        if self._child:
            self._child.kill()
            self._child.join()
        self._child = self._pipe = None


_STARTING = 30.0  # seconds that a new interpreter may take on a busy machine


def _serve(pipe: Connection, ours: Ourselves, memory: int) -> None:
    """The child: answers until its parent is gone."""
    _bound_memory(memory)
    while True:
        try:
            read, raw = pipe.recv()
            pipe.send(read(raw, ours))
        except EOFError:
            return


def _bound_memory(memory: int) -> None:
    """Where the system knows such a bound; Windows does not."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _quarantined(seconds: float) -> Verdict:
    reason = Reason(rule="quarantined", says=f"reading it took more memory or more than {seconds:g} seconds")
    return Verdict(kind=Kind.QUARANTINED, reasons=(reason,))
