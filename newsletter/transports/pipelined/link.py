"""A socket and its dialogue: moves bytes between them without ever waiting, and knows when a reply is overdue."""

import selectors
import socket
import ssl
from collections.abc import Callable

from newsletter.transports.pipelined.dialogue import Dialogue, Step
from newsletter.transports.smtp_route import Timeouts

_AT_ONCE = 16384  # bytes read in one call
_MOST_PIECES = 64  # of one write; far below what any system allows
_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Link:
    """One connection, taken over after its handshake."""

    def __init__(
        self, connection: socket.socket, dialogue: Dialogue, timeouts: Timeouts, clock: Callable[[], float]
    ) -> None:
        """Take a socket that does not block."""
        self.socket, self.dialogue = connection, dialogue
        self.events = selectors.EVENT_READ  # what to wake it for
        self.watched = selectors.EVENT_READ  # what the selector wakes it for
        self.deadline: float | None = None  # when the reply or the write that it waits for is overdue
        self._timeouts, self._clock = timeouts, clock
        self._tls = isinstance(connection, ssl.SSLSocket)

    def read(self) -> None:
        """Take in what has come."""
        while not self.dialogue.over:
            try:
                data = self.socket.recv(_AT_ONCE)
            except _LATER:
                break
            except OSError as error:
                self.dialogue.lose(type(error).__name__)
                break
            before = self.dialogue.replies
            self.dialogue.receive(data)
            if self.dialogue.replies != before:
                self._progress()  # a whole reply, not a byte: else a trickle could go on for ever
            if not self._tls and len(data) < _AT_ONCE:
                break
        self._watch()

    def flush(self) -> None:
        """Hand over as much as the kernel takes."""
        outgoing = self.dialogue.outgoing
        idle = self.deadline is None
        while outgoing and not self.dialogue.over:
            try:
                sent = self._send(outgoing)
            except _LATER:
                break
            except OSError as error:
                self._last_words(type(error).__name__)
                return
            self.dialogue.handed += sent
            _take_off(outgoing, sent)
            idle = True
        if idle:
            self._progress()
        self._watch()

    def close(self) -> None:
        """Hang up without a word."""
        self.socket.close()

    def _send(self, pieces: list[bytes | memoryview]) -> int:
        return self.socket.send(pieces[0]) if self._tls else self.socket.sendmsg(pieces[:_MOST_PIECES])

    def _last_words(self, reason: str) -> None:
        """Nothing can be sent any more; what the server said before it went may still be there to read."""
        self.dialogue.outgoing.clear()
        self.read()
        self.dialogue.lose(reason)

    def _progress(self) -> None:
        """What is awaited now has its whole time before it."""
        awaited = self.dialogue.awaits
        if self.dialogue.outgoing:
            self.deadline = self._clock() + self._timeouts.command
        elif awaited is None or awaited is Step.INTENT:
            self.deadline = None
        else:
            seconds = self._timeouts.end_of_data if awaited is Step.BODY else self._timeouts.command
            self.deadline = self._clock() + seconds

    def _watch(self) -> None:
        writes = selectors.EVENT_WRITE if self.dialogue.outgoing else 0
        self.events = selectors.EVENT_READ | writes


def _take_off(pieces: list[bytes | memoryview], count: int) -> None:
    """Drop what was sent; a piece that went in part stays as a view of its rest, not as a copy."""
    whole = 0
    while whole < len(pieces) and count >= len(pieces[whole]):
        count -= len(pieces[whole])
        whole += 1
    del pieces[:whole]
    if count:
        pieces[0] = memoryview(pieces[0])[count:]
