"""The open connections of one route: how many there may be, when another is worth opening, when to give up.

A server that hangs up after every few messages is normal: the next connection is opened at once. One that refuses more
connections than it likes is normal as long as it keeps some. Only connections that bring nothing, three in a row, are
a fault of the route.
"""

import logging
import selectors
import smtplib
import socket
import ssl
from collections.abc import Callable

from newsletter.errors import RouteRefusedError, UnavailableError
from newsletter.transports.pipelined.dialling import Dialler, Patience
from newsletter.transports.pipelined.dialogue import Dialogue
from newsletter.transports.pipelined.link import Link
from newsletter.transports.pipelined.supply import Supply
from newsletter.transports.smtp_envelope import Abilities
from newsletter.transports.smtp_route import SmtpRoute

_log = logging.getLogger(__name__)

_IN_A_ROW = 3  # connections that brought nothing


class Fleet:
    """Opens, keeps and lets go of connections."""

    def __init__(
        self,
        route: SmtpRoute,
        most: int,
        supply: Supply,
        converse: Callable[[Abilities], Dialogue],
        clock: Callable[[], float],
    ) -> None:
        """`converse` begins the dialogue of a new connection. Nothing is opened yet."""
        self._route, self._most, self._supply, self._converse, self._clock = route, most, supply, converse, clock
        self.links: set[Link] = set()
        self.failure: Exception | None = None  # why nothing more is begun
        self.selector = selectors.DefaultSelector()
        self._dialler = Dialler(route)
        self.selector.register(self._dialler.bell, selectors.EVENT_READ)
        self._ceiling = 1  # until the first connection works
        self._has_worked = False
        self._in_vain = Patience(first=route.timeouts.back_off, clock=clock)
        self._refused = Patience(first=route.timeouts.back_off, clock=clock)

    @property
    def rests_until(self) -> float:
        """Before this moment no connection is opened."""
        return self._in_vain.until

    def grow(self) -> None:
        """Open a connection for each envelope that waits for one. Only called when no open connection has room."""
        free = self._room - len(self.links) - self._dialler.pending
        if free <= 0 or self._in_vain.resting:
            return
        waiting = self._supply.look_ahead(free + self._dialler.pending)
        for _ in range(waiting - self._dialler.pending):
            self._dialler.dial()

    @property
    def _room(self) -> int:
        """How many connections there may be now: one more than the server let us have, after a while."""
        if self._ceiling < self._most and self._has_worked and not self._refused.resting:
            return self._ceiling + 1
        return self._ceiling

    def welcome(self) -> list[Link]:
        """Take over connections that have been opened."""
        taken = []
        for result in self._dialler.arrived():
            if not isinstance(result, smtplib.SMTP):
                self._could_not_open(result)
            elif link := self._take_over(result):
                taken.append(link)
        return taken

    def worked(self) -> None:
        """The server told the fate of a copy."""
        self._in_vain.worked()

    def look_after(self, link: Link) -> None:
        """Watch a connection for what it waits for, or let go of it if it has ended."""
        if link.dialogue.over:
            self._let_go(link)
        elif link.watched != link.events:
            self.selector.modify(link.socket, link.events, link)
            link.watched = link.events

    def fail(self, error: Exception) -> None:
        """Begin nothing more. What is on the wire is finished, then this is raised."""
        self.failure = self.failure or error
        self._supply.stop()

    def close(self) -> None:
        """Hang up everywhere without a word."""
        self._dialler.close()
        for link in self.links:
            link.close()
        self.selector.close()

    def _take_over(self, smtp: smtplib.SMTP) -> Link | None:
        """From here on the socket is ours alone."""
        connection = smtp.sock
        if connection is None or not _is_silent(smtp, connection):
            smtp.close()
            self._could_not_open(UnavailableError(f"{self._route.name} speaks out of turn; try again later."))
            return None
        smtp.sock = None
        smtp.close()  # its buffered reader alone
        abilities = Abilities.offered(smtp.esmtp_features)
        link = Link(connection, self._converse(abilities), self._route.timeouts, self._clock)
        self.links.add(link)
        self.selector.register(connection, link.events, link)
        self._ceiling = max(self._ceiling, len(self.links)) if self._has_worked else self._most
        self._has_worked = True
        return link

    def _could_not_open(self, error: Exception) -> None:
        """Fewer connections than wished for will do, as long as there is one; the first of all must work at once."""
        if isinstance(error, RouteRefusedError) or not (isinstance(error, UnavailableError) and self._has_worked):
            self.fail(error)
        elif self.links:
            self._refused.failed()
            self._ceiling = len(self.links)
            _log.warning("%s: only %d connections", self._route.name, self._ceiling)
        else:
            self._count(error)

    def _let_go(self, link: Link) -> None:
        dialogue = link.dialogue
        self.selector.unregister(link.socket)
        self.links.discard(link)
        link.close()
        self._supply.take_back(dialogue.returned)
        if dialogue.refusal:
            self.fail(self._route.refusal(*dialogue.refusal))
        elif dialogue.fruitless:
            _log.warning("%s: a connection broke before it brought anything", self._route.name)
            name = self._route.name
            self._count(UnavailableError(f"{name} broke off {_IN_A_ROW} connections in a row; try again later."))

    def _count(self, error: Exception) -> None:
        self._in_vain.failed()
        if self._in_vain.in_a_row >= _IN_A_ROW:
            self.fail(error)


def _is_silent(smtp: smtplib.SMTP, connection: socket.socket) -> bool:
    """Whether nothing came behind the last reply of the handshake, where the library's reader would keep it."""
    connection.settimeout(0)
    try:
        return smtp.file is None or not smtp.file.peek()
    except (ssl.SSLWantReadError, BlockingIOError):
        return True
    except OSError:
        return False
