"""One thread over many connections: read all that has come, record it all in one commit, send all that was granted.

That order is the whole design. While a commit waits for the disk, the replies of the other connections pile up, and
the next commit takes them together: the busier the server, the more deliveries share one. No lock is held and nothing
is handed to another thread but the handshakes.
"""

import selectors
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from newsletter.transports.base import Envelope, Journal, Outcome, Pause
from newsletter.transports.pipelined.chunks import ChunkDialogue, Chunking
from newsletter.transports.pipelined.data import DataDialogue
from newsletter.transports.pipelined.dialogue import Dialogue
from newsletter.transports.pipelined.fleet import Fleet
from newsletter.transports.pipelined.link import Link
from newsletter.transports.pipelined.supply import Supply
from newsletter.transports.smtp_envelope import Abilities, EnvelopeCheck
from newsletter.transports.smtp_route import SmtpRoute

_GOODBYE = 5.0  # seconds for a server to answer QUIT; every outcome is recorded by then


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much may be under way."""

    connections: int = 1
    window: int = 1  # copies of one connection that may be in doubt at once; more than one only with CHUNKING


class Loop:
    """One call of `deliver`."""

    def __init__(
        self,
        route: SmtpRoute,
        limits: Limits,
        stream: Iterable[Envelope | Pause],
        journal: Journal,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what to send, where, and who records it. Nothing is opened before the first envelope is there."""
        self._window, self._journal, self._clock = limits.window, journal, clock
        self._supply = Supply(stream, EnvelopeCheck(), clock)
        self._fleet = Fleet(route, limits.connections, self._supply, self._converse, clock)
        self._chunking = Chunking()
        self._settled: list[tuple[int, Outcome]] = []  # fates that the journal does not know yet
        self._stirred: set[Link] = set()  # connections to look at in this turn
        self._idle: set[Link] = set()  # connections with room, when there was nothing to send
        self._commit_took = self._commit_ended = 0.0  # seconds, and by the clock: the last one
        self._gap = float("inf")  # seconds between two replies, lately
        self._shortest_wait = min(route.timeouts.command, route.timeouts.end_of_data)
        self._next_sweep = clock() + self._shortest_wait
        self._looked = clock()  # when it was last seen what may begin

    def run(self) -> None:
        """Carry out the stream. Raises what stopped it, when everything on the wire has been settled."""
        try:
            while self._goes_on():
                self._turn()
            self._say_goodbye()
        finally:
            # Never QUIT here: after 354 it would be taken for the message.
            self._fleet.close()
        if self._fleet.failure:
            raise self._fleet.failure

    def _goes_on(self) -> bool:
        """Whether there is anything left to do; opens connections for what waits."""
        self._looked = self._clock()
        if self._supply.ready:
            self._stirred |= self._idle
            if not self._stirred:
                self._fleet.grow()
        if self._supply.failure:
            self._fleet.fail(self._supply.failure)
        return not self._supply.empty or bool(self._settled) or any(link.dialogue.busy for link in self._fleet.links)

    def _turn(self) -> None:
        self._read(0 if self._stirred or self._settled else self._patience())
        self._gather()
        for link in self._stirred:
            if not link.dialogue.asking:
                self._fill(link)
        self._settle()
        for link in self._stirred:
            self._fill(link)
            link.flush()
            self._fleet.look_after(link)
        self._idle |= self._stirred
        self._idle = {link for link in self._idle if link.dialogue.room}
        # What still waits for leave to go out comes to the next turn by itself.
        self._stirred = {link for link in self._stirred if link.dialogue.asking}
        self._sweep()

    def _read(self, timeout: float) -> None:
        for key, events in self._fleet.selector.select(timeout):
            link: Link | None = key.data
            if link is None:
                self._stirred.update(self._fleet.welcome())
                continue
            self._stirred.add(link)
            if events & selectors.EVENT_READ:
                link.read()
                if link.dialogue.answered:
                    self._fleet.worked()

    def _gather(self) -> None:
        """Let more replies come in before the commit that they share: no longer than the last commit took, and only
        until half of the connections wait for it, so that the server always has work. Over a slow link, where none
        would come in that time, nothing is waited for."""
        ends = self._clock() + (self._commit_took if self._gap < self._commit_took else 0.0)
        while (left := ends - self._clock()) > 0 and self._few_wait():
            self._read(left)

    def _few_wait(self) -> bool:
        links = self._fleet.links
        asking = sum(bool(link.dialogue.asking) for link in links)
        return 0 < 2 * asking < len(links) and not any(link.dialogue.outgoing for link in links)

    def _fill(self, link: Link) -> None:
        """Begin as many copies as there is room for."""
        dialogue = link.dialogue
        while dialogue.room and (envelope := self._supply.next(fresh=not dialogue.replies)):
            dialogue.take(envelope)

    def _settle(self) -> None:
        """One commit for all fates that are known and all copies that are about to leave."""
        asking = [link.dialogue for link in self._stirred if link.dialogue.asking]
        if not asking and not self._settled:
            return
        intents = [copy.envelope.delivery_id for dialogue in asking for copy in dialogue.asking]
        begun = self._clock()
        granted = self._journal.settle(tuple(self._settled), intents)
        self._gap = (begun - self._commit_ended) / max(1, len(intents))
        self._commit_ended = self._clock()
        self._commit_took = self._commit_ended - begun
        self._settled.clear()
        for dialogue in asking:
            dialogue.proceed(granted)

    def _patience(self) -> float:
        """Seconds to wait for something to happen. What has ended since it was last looked at is not waited for."""
        moments = [self._next_sweep]
        if self._supply.resumes_at > self._looked:
            moments.append(self._supply.resumes_at)
        elif self._fleet.rests_until > self._looked:
            moments.append(self._fleet.rests_until)
        return max(0.0, min(moments) - self._clock())

    def _sweep(self) -> None:
        """Give up on servers that have taken too long."""
        now = self._clock()
        if now < self._next_sweep:
            return
        deadlines = [now + self._shortest_wait]  # no deadline set from now on is earlier
        for link in self._fleet.links:
            if link.deadline is None:
                continue
            if link.deadline <= now:
                link.dialogue.expire()
                self._stirred.add(link)
            else:
                deadlines.append(link.deadline)
        self._next_sweep = min(deadlines)

    def _say_goodbye(self) -> None:
        ends = self._clock() + min(_GOODBYE, self._shortest_wait)
        while self._fleet.links and (left := ends - self._clock()) > 0:
            for link in tuple(self._fleet.links):
                if not link.dialogue.closing:
                    link.dialogue.quit()
                link.flush()
                self._fleet.look_after(link)
            if self._fleet.links:
                self._read(left)

    def _converse(self, abilities: Abilities) -> Dialogue:
        """The dialogue of a new connection."""
        chunks = abilities.chunking and abilities.pipelining and not self._chunking.denied
        if chunks and self._window > 1:
            return ChunkDialogue(abilities, self._settled, window=self._window, chunking=self._chunking)
        return DataDialogue(abilities, self._settled)
