"""Several slow calls at once: each in a thread of its own, while one thread settles with the ledger for all.

The thread that was asked to deliver pulls the stream, prepares calls ahead, and commits together what came back and
what leaves next. So no more calls are ever intended than are under way, and the ledger sees one writer.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

from newsletter.errors import UnavailableError
from newsletter.transports.base import Accepted, Envelope, InDoubt, Journal, Outcome, Pause, Refused, TryLater

_log = logging.getLogger(__name__)

_SILENT_IN_A_ROW = 3  # calls without any answer, one after another; then it is the route, not bad luck
_LONGEST_HOLD = 60.0  # seconds for which prepared calls are kept back; longer rests are the pacer's matter
_BREATH = 0.0002  # seconds between two calls prepared; without it the threads that carry calls wait 5 ms for their turn
_FOREVER = 3600.0  # seconds; a wait for an answer ends earlier, by its own deadline


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one call brought back."""

    outcome: Outcome
    silent: bool = False  # the other side said nothing
    fault: Exception | None = None  # what keeps every further call from being tried


Call = Callable[[], Answer]
Prepare = Callable[[Envelope], Call | Refused]


class InFlight:
    """One delivery of a stream over at most `width` calls side by side."""

    def __init__(self, journal: Journal, prepare: Prepare, *, width: int, deadline: float) -> None:
        """Take what makes a call of an envelope, and after how many seconds a call has no answer any more."""
        self._journal, self._prepare, self._width, self._deadline = journal, prepare, width, deadline
        self._ready: deque[tuple[int, Call]] = deque()
        self._flying: dict[int, float] = {}  # when each call is given up
        self._outcomes: list[tuple[int, Outcome]] = []
        self._crew = _Crew()
        self._silent = 0
        self._fault: Exception | None = None
        self._ended = False
        self._pull_from = self._start_from = 0.0  # moments before which no row is pulled, no call started

    def run(self, stream: Iterable[Envelope | Pause]) -> None:
        """Carry out the stream, and raise what stopped it once every call under way is settled."""
        source = iter(stream)
        try:
            while True:
                self._pull(source, self._free)
                self._depart()
                if not self._flying and (self._fault or (self._ended and not self._ready)):
                    break
                self._land(source)
        finally:
            self._crew.dismiss()
        if self._fault:
            raise self._fault

    @property
    def _free(self) -> int:
        return self._width - len(self._flying)

    def _pull(self, source: Iterator[Envelope | Pause], wanted: int) -> None:
        """Prepare calls until so many are ready, as far as the stream has any now."""
        while len(self._ready) < wanted and self._may_pull():
            try:
                self._take(next(source, None))
            except Exception as error:  # noqa: BLE001  (whatever it is, calls under way are settled before it is raised)
                self._fault = error

    def _may_pull(self) -> bool:
        return not (self._ended or self._fault) and time.monotonic() >= self._pull_from

    def _take(self, item: Envelope | Pause | None) -> None:
        if item is None:
            self._ended = True
        elif isinstance(item, Pause):
            self._pull_from = time.monotonic() + item.seconds
        else:
            made = self._prepare(item)
            if isinstance(made, Refused):
                self._outcomes.append((item.delivery_id, made))
            else:
                self._ready.append((item.delivery_id, made))

    def _depart(self) -> None:
        """Commit what came back and what leaves, then let it leave."""
        starting = self._starting()
        if not (self._outcomes or starting):
            return
        outcomes, self._outcomes = self._outcomes, []
        granted = self._journal.settle(outcomes, [number for number, _ in starting])
        given_up = time.monotonic() + self._deadline
        for number, call in starting:
            if number in granted:
                self._flying[number] = given_up
                self._crew.start(number, call)

    def _starting(self) -> list[tuple[int, Call]]:
        if self._fault or time.monotonic() < self._start_from:
            return []
        return [self._ready.popleft() for _ in range(min(self._free, len(self._ready)))]

    def _land(self, source: Iterator[Envelope | Pause]) -> None:
        """Wait for at least one answer, preparing the next calls meanwhile, and take all that are there."""
        heard = False
        while not heard and len(self._ready) < self._width and self._may_pull():
            self._pull(source, len(self._ready) + 1)
            heard = self._hear(_BREATH)
        heard = heard or self._hear(self._patience())
        while heard:
            heard = self._hear(0)
        self._give_up()

    def _hear(self, seconds: float) -> bool:
        """Take one answer; False where none comes in time."""
        try:
            self._note(*self._crew.take(seconds))
        except Empty:
            return False
        return True

    def _patience(self) -> float:
        """Seconds until something is to be done without an answer."""
        now = time.monotonic()
        moments = [min(self._flying.values(), default=now + _FOREVER)]
        if self._free and not self._fault:
            moments += [self._start_from] if self._ready else []
            moments += [self._pull_from] if not (self._ended or self._ready) else []
        return max(0.0, min(moments) - now)

    def _note(self, number: int, answer: Answer) -> None:
        if self._flying.pop(number, None) is None:
            if isinstance(answer.outcome, Accepted):  # later than its deadline, but it ends the doubt
                self._outcomes.append((number, answer.outcome))
            return
        self._outcomes.append((number, answer.outcome))
        if isinstance(answer.outcome, TryLater) and answer.outcome.retry_after:
            self._start_from = time.monotonic() + min(answer.outcome.retry_after, _LONGEST_HOLD)
        self._silent = self._silent + 1 if answer.silent else 0
        self._fault = self._fault or answer.fault
        if self._silent >= _SILENT_IN_A_ROW and not self._fault:
            self._fault = UnavailableError(f"{self._silent} calls in a row had no answer; try again later.")

    def _give_up(self) -> None:
        """Calls that are too old have no answer, however slowly one may still drip in."""
        now = time.monotonic()
        for number in [number for number, moment in self._flying.items() if moment <= now]:
            late = InDoubt(text=f"no whole answer within {self._deadline:.0f} seconds")
            self._note(number, Answer(outcome=late, silent=True))


class _Crew:
    """Threads that make calls. One that hangs is left behind: it must not keep the program from ending."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[tuple[int, Call] | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[int, Answer]] = SimpleQueue()
        self._threads = self._busy = 0

    def start(self, number: int, call: Call) -> None:
        """Have a call made, by a thread that waits for one or by a new one."""
        if self._busy == self._threads:
            Thread(target=self._work, name="newsletter-call", daemon=True).start()
            self._threads += 1
        self._busy += 1
        self._tasks.put((number, call))

    def take(self, seconds: float) -> tuple[int, Answer]:
        """The next answer; Empty where none comes in time."""
        answer = self._answers.get(timeout=seconds) if seconds else self._answers.get_nowait()
        self._busy -= 1
        return answer

    def dismiss(self) -> None:
        """Let every thread end once it is free."""
        for _ in range(self._threads):
            self._tasks.put(None)

    def _work(self) -> None:
        while task := self._tasks.get():
            number, call = task
            self._answers.put((number, _made(call)))


def _made(call: Call) -> Answer:
    try:
        return call()
    except Exception as error:  # noqa: BLE001  (a mistake of ours may come after the mail left)
        _log.error("a call to a provider failed: %s", type(error).__name__)
        return Answer(outcome=InDoubt(text=f"the call failed here ({type(error).__name__})"), fault=error)
