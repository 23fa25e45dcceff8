"""Connections are made in threads of their own, so that a slow handshake holds up nobody; and how long to wait
between attempts."""

import random
import smtplib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.transports.smtp_route import SmtpRoute

_DOUBLINGS = 8


class Dialler:
    """Opens connections of one route; `bell` becomes readable when one is there or has failed."""

    def __init__(self, route: SmtpRoute) -> None:
        """Nothing is opened yet."""
        self._route = route
        self.bell, self._rope = socket.socketpair()
        self.bell.settimeout(0)
        self._lock = threading.Lock()
        self._results: list[smtplib.SMTP | Exception] = []
        self._closed = False
        self.pending = 0  # being opened

    def dial(self) -> None:
        """Begin to open a connection."""
        self.pending += 1
        threading.Thread(target=self._dial, name="smtp-dial", daemon=True).start()

    def arrived(self) -> list[smtplib.SMTP | Exception]:
        """What has been opened since, or why it could not be."""
        self.bell.recv(64)
        with self._lock:
            results, self._results = self._results, []
        self.pending -= len(results)
        return results

    def close(self) -> None:
        """Want no more; a connection that comes late is closed by the thread that made it."""
        with self._lock:
            self._closed = True
            results, self._results = self._results, []
        for result in results:
            _hang_up(result)
        self.bell.close()
        self._rope.close()

    def _dial(self) -> None:
        try:
            result: smtplib.SMTP | Exception = self._route.open()
        except Exception as error:  # noqa: BLE001  (whatever it is, the loop's thread has to raise it)
            result = error
        with self._lock:
            if not self._closed:
                self._results.append(result)
                self._rope.send(b"!")
                return
        _hang_up(result)


def _hang_up(result: smtplib.SMTP | Exception) -> None:
    if isinstance(result, smtplib.SMTP):
        result.close()


@dataclass(kw_only=True)
class Patience:
    """How long to wait after what brought nothing: longer each time, and not all senders in the same moment."""

    first: float  # seconds after the first failure
    clock: Callable[[], float]
    in_a_row: int = 0
    until: float = 0.0  # by the clock

    def worked(self) -> None:
        """Something came of it: the count begins anew."""
        self.in_a_row = 0

    def failed(self) -> None:
        """Nothing came of it."""
        wait = self.first * 2 ** min(self.in_a_row, _DOUBLINGS)
        self.in_a_row += 1
        self.until = self.clock() + wait * random.uniform(0.75, 1.25)  # noqa: S311

    @property
    def resting(self) -> bool:
        """Whether it is too early to try again."""
        return self.until > self.clock()
