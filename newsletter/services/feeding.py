"""What a transport pulls: deliveries claimed, written and let go one by one, no faster than they may leave."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from threading import Event

from django.utils import timezone

from newsletter.models import Mailing, MailingState
from newsletter.services.journal import LedgerJournal
from newsletter.services.ledger import Claimed
from newsletter.services.pacing import Pacer
from newsletter.transports.base import Envelope, Pause, Refused

# Turns claimed rows into envelopes in the same order; a row that can have none is told to the second argument.
Compose = Callable[[Iterable[Claimed], Callable[[int, Refused], None]], Iterator[Envelope]]

_LOOK = 1.0  # seconds between two looks at whether the mailing is still wanted; also the longest pause at a stretch
_HOLD = 60.0  # seconds for which claimed deliveries are kept through a pause; longer ones go back to the queue


class Feed:
    """The stream of one worker. It ends when nothing is due, or soon after a pause, a cancellation or a stop."""

    def __init__(
        self,
        mailing_id: int,
        journal: LedgerJournal,
        compose: Compose,
        *,
        pacer: Pacer,
        stop: Event,
        most: int,
        tripped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take what all workers of a run share, and how many deliveries to claim at once at most.

        `tripped` says whether the breaker has held the mailing: at a thousand a second, looking once a second is late.
        """
        self._tripped = tripped
        self._mailing_id, self._journal, self._compose = mailing_id, journal, compose
        self._pacer, self._stop, self._most = pacer, stop, most
        self._wanted, self._looked = True, float("-inf")
        self._is_used_up = False
        self._domains: dict[int, str] = {}  # of deliveries that are claimed and not yet handed over

    def __iter__(self) -> Iterator[Envelope | Pause]:
        """Copies for as long as there is anything to send, and pauses where nothing may leave."""
        while not self._is_used_up and self._is_wanted():
            if (wait := self._pacer.pause()) > 0:
                yield Pause(seconds=min(wait, _LOOK))
            else:
                yield from self._run()

    def _run(self) -> Iterator[Envelope | Pause]:
        """Copies until the queue is used up or the pace asks for a rest."""
        for envelope in self._compose(self._claimed(), self._journal.outcome):
            while 0 < (wait := self._pacer.pause()) <= _HOLD and self._is_wanted():
                yield Pause(seconds=min(wait, _LOOK))
            if wait > 0 or not self._is_wanted():
                break
            if self._may_leave(envelope.delivery_id, self._domains[envelope.delivery_id]):
                yield envelope
            del self._domains[envelope.delivery_id]
        self._journal.put_back(self._domains)
        self._domains.clear()

    def _claimed(self) -> Iterator[Claimed]:
        """Claim when the last batch is used up, and not before: what is claimed late is known late to have left.

        Batches follow each other in one stream, so that whoever writes copies ahead need not stop between two.
        """
        while self._is_wanted() and self._pacer.pause() <= 0:
            rows = self._journal.claim(self._pacer.batch(self._most))
            self._domains.update((row.id, row.domain) for row in rows)
            yield from rows
            if not rows:
                self._is_used_up = True
                return

    def _may_leave(self, delivery_id: int, domain: str) -> bool:
        """Ask for one mail to a domain; what has to wait goes back to the queue, so that it holds up nobody else."""
        wait = self._pacer.admit(domain)
        if wait > 0:
            self._journal.put_back([delivery_id], until=timezone.now() + timedelta(seconds=wait))
        return wait <= 0

    def _is_wanted(self) -> bool:
        """False once somebody said stop here, or paused or cancelled the mailing anywhere."""
        if self._stop.is_set() or self._tripped():
            self._wanted = False
        elif time.monotonic() - self._looked >= _LOOK:
            self._looked = time.monotonic()
            self._wanted = Mailing.objects.filter(pk=self._mailing_id, state=MailingState.SENDING).exists()
        return self._wanted
