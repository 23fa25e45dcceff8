"""Where the loop gets its envelopes from: the stream, pulled no further than there is room, and what came back."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from newsletter.transports.base import Envelope, Pause


class Supply:
    """Hands out envelopes that passed the check, as the stream's pauses allow."""

    def __init__(
        self, stream: Iterable[Envelope | Pause], check: Callable[[Envelope], None], clock: Callable[[], float]
    ) -> None:
        """Pull nothing yet. `check` raises for an envelope that must not be sent."""
        self._stream: Iterator[Envelope | Pause] = iter(stream)
        self._check, self._clock = check, clock
        self._ahead: deque[Envelope] = deque()  # pulled to learn whether another connection is worth opening
        self._returned: deque[Envelope] = deque()  # announced once, on a connection that broke
        self._ended = self._stopped = False
        self.resumes_at = 0.0  # nothing is pulled before; by the clock
        self.failure: Exception | None = None  # what the stream or the check raised

    def next(self, *, fresh: bool) -> Envelope | None:
        """The next envelope, or None where there is none now.

        What came back goes to a fresh connection first: should it break that one too, it is known to be the cause.
        """
        if fresh and self._returned:
            return self._returned.popleft()
        if self._ahead:
            return self._ahead.popleft()
        return self._pull() or (self._returned.popleft() if self._returned else None)

    def look_ahead(self, count: int) -> int:
        """How many envelopes, up to `count`, are waiting for a connection."""
        while len(self._returned) + len(self._ahead) < count and (envelope := self._pull()):
            self._ahead.append(envelope)
        return min(count, len(self._returned) + len(self._ahead))

    def take_back(self, envelopes: list[Envelope]) -> None:
        """Keep what a broken connection had announced at most."""
        if not self._stopped:
            self._returned += envelopes

    def stop(self) -> None:
        """Hand out nothing more."""
        self._ended = self._stopped = True
        self._ahead.clear()
        self._returned.clear()

    @property
    def empty(self) -> bool:
        """Whether nothing will come any more."""
        return self._ended and not self._ahead and not self._returned

    @property
    def ready(self) -> bool:
        """Whether asking may bring something."""
        return not self.empty and not self.paused

    @property
    def paused(self) -> bool:
        """Whether the stream said that nothing may start now."""
        return self.resumes_at > 0 and self.resumes_at > self._clock()

    def _pull(self) -> Envelope | None:
        if self._ended or self.paused:
            return None
        try:
            item = next(self._stream, None)
            if isinstance(item, Envelope):
                self._check(item)
                return item
        except Exception as error:  # noqa: BLE001  (what is on the wire is finished first; then it is raised)
            self.failure, item = error, None
        if isinstance(item, Pause):
            self.resumes_at = self._clock() + item.seconds
        else:
            self._ended = True
        return None
