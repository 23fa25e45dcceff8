"""The ledger as a transport sees it: it asks before a body leaves, and tells what became of it."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db import OperationalError

from newsletter.errors import UnavailableError
from newsletter.services import ledger
from newsletter.services.ledger import Claimed
from newsletter.services.retrying import RetryPolicy
from newsletter.transports.base import Outcome

logger = logging.getLogger(__name__)

_WAITS = (0.5, 2.0, 8.0)  # seconds between tries to commit, on top of the database's own patience

_Result = TypeVar("_Result")


class LedgerJournal:
    """One claim's journal. Both calls return only after their commit is durable."""

    def __init__(self, batch: Iterable[Claimed], *, route: str, retry: RetryPolicy) -> None:
        """Take the claimed rows; their fences prove that they are still ours."""
        self._fences = {row.id: row.fence for row in batch}
        self._route, self._retry = route, retry

    def intent(self, ids: Sequence[int]) -> frozenset[int]:
        """Commit that these bodies are about to leave; only those returned may.

        Raises UnavailableError where the commit fails: then nothing may be sent.
        """
        try:
            return ledger.intend({pk: self._fences[pk] for pk in ids})
        except OperationalError as error:
            raise UnavailableError("The ledger can't be written, so nothing more is sent; free disk space?") from error

    def outcome(self, delivery_id: int, outcome: Outcome) -> None:
        """Commit what became of a delivery, trying for a while.

        Raises UnavailableError where it can't be written: the row is then found in doubt, never sent again unasked.
        """
        _persistently(
            lambda: ledger.record(
                delivery_id, outcome, fence=self._fences[delivery_id], route=self._route, retry=self._retry
            )
        )


def _persistently(act: Callable[[], _Result]) -> _Result:
    for wait in _WAITS:
        try:
            return act()
        except OperationalError:
            logger.warning("the ledger can't be written; trying again in %s seconds", wait)
            time.sleep(wait)
    try:
        return act()
    except OperationalError as error:
        raise UnavailableError("The ledger can't be written, so sending stops; free disk space?") from error
