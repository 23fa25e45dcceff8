"""The ledger as one worker sees it: it claims, asks before bodies leave, and tells what became of them."""

import logging
import secrets
import time
from collections import ChainMap
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, OperationalError

from newsletter.errors import UnavailableError
from newsletter.services import ledger
from newsletter.services.ledger import Claimed
from newsletter.services.retrying import RetryPolicy
from newsletter.services.server_words import without_blame
from newsletter.transports.base import InDoubt, Outcome, PlainForms

logger = logging.getLogger(__name__)

Hear = Callable[[str, Outcome], object]  # domain and outcome, once it is recorded

_WAITS = (0.5, 2.0, 8.0)  # seconds between tries to commit, on top of the database's own patience

_Result = TypeVar("_Result")


class LedgerJournal(PlainForms):
    """What one worker holds of a mailing. Every call returns only after its commit is durable."""

    def __init__(self, mailing_id: int, *, route: str, retry: RetryPolicy, hear: Hear | None = None) -> None:
        """Take the name of the route, for the record, and who else wants to hear outcomes."""
        self._mailing_id, self._route, self._retry = mailing_id, route, retry
        self._hear = hear or _nobody_listens
        self._owner = secrets.token_hex(8)
        self._held: dict[int, Claimed] = {}  # on their way, or about to be
        self._doubted: dict[int, Claimed] = {}  # given up without an answer, which may come after all

    def claim(self, most: int) -> list[Claimed]:
        """Take up to `most` deliveries that are due. Raises UnavailableError where the ledger can't be written.

        Empty too where one of them was ours before: somebody took us for dead, after a long sleep perhaps. A copy of it
        may still be under way here, and leave for one must never be taken for leave for two; so this worker ends.
        """
        rows = _persistently(lambda: ledger.claim(self._mailing_id, owner=self._owner, most=most))
        if any(row.id in self._held for row in rows):
            logger.warning("mailing %d: claims of a worker were given to others", self._mailing_id)
            _persistently(lambda: ledger.put_back(rows))
            return []
        self._held.update((row.id, row) for row in rows)
        return rows

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> frozenset[int]:
        """Commit outcomes and intents together, trying for a while.

        Raises UnavailableError where that fails: then nothing of `intents` may be sent, and what has no outcome on
        record is found in doubt by the next run, never sent again unasked.
        """
        told = [(pk, without_blame(outcome)) for pk, outcome in outcomes]
        held = ChainMap(self._held, self._doubted) if self._doubted else self._held
        granted = _persistently(lambda: ledger.settle(told, intents, held=held, route=self._route, retry=self._retry))
        for pk, outcome in outcomes:
            self._note(pk, outcome)
        if len(granted) < len(intents):
            self._forget(set(intents) - granted)
        return granted

    def _note(self, pk: int, outcome: Outcome) -> None:
        row = self._held.pop(pk, None) or self._doubted.pop(pk, None)
        if row is not None:
            self._tell(row.domain, outcome)
            if isinstance(outcome, InDoubt):
                self._doubted[pk] = row

    def _forget(self, ids: Iterable[int]) -> None:
        """These belong elsewhere by now, and their copies are not sent."""
        for pk in ids:
            self._held.pop(pk, None)

    def _tell(self, domain: str, outcome: Outcome) -> None:
        """The outcome is on record; who only listens must not make it look lost."""
        try:
            self._hear(domain, outcome)
        except OperationalError:
            logger.warning("an outcome is on record, and what should follow from it could not be written")

    def put_back(self, ids: Iterable[int], *, until: datetime | None = None) -> None:
        """Return deliveries that were not begun to the queue, to be tried from `until` on."""
        rows = [self._held.pop(pk) for pk in ids if pk in self._held]
        if rows:
            _persistently(lambda: ledger.put_back(rows, until=until))

    def release(self) -> None:
        """Let go of all that is still held: what was not begun waits again, what left without an answer is in doubt."""
        rows = list(self._held.values())
        self._held.clear()
        if rows:
            _persistently(lambda: ledger.release(rows))


def _nobody_listens(_domain: str, _outcome: Outcome) -> None:
    """An outcome that only the ledger hears."""


def _persistently(act: Callable[[], _Result]) -> _Result:
    """Act, and again after a while where the database was busy or full. Raises UnavailableError in the end."""
    for wait in (*_WAITS, None):
        try:
            return act()
        except OperationalError as error:
            if wait is None:
                raise UnavailableError(
                    "The ledger can't be written, so nothing more is sent; free disk space, and see who else uses "
                    "the database."
                ) from error
            logger.warning("the ledger can't be written; trying again in %s seconds", wait)
            time.sleep(wait)
        except IntegrityError:
            raise  # a fault of ours: the database refused it in good health
        except DatabaseError as error:
            raise UnavailableError(
                "The database is damaged, so nothing more is sent; restore the latest copy in data/backups."
            ) from error
    raise AssertionError("the last try either returns or raises")
