"""What services ask of the layers around them: work done elsewhere, and the ledger as transports see it."""

from typing import Protocol

from newsletter.transports.base import Journal

__all__ = ["Jobs", "Journal"]


class Jobs(Protocol):
    """Runs named jobs. Arguments are ids only, and every job is safe to run not at all, once or often."""

    def defer(self, job: str, **ids: int) -> None:
        """Have the job run once the present transaction is committed; forgotten if that rolls back."""

    def join(self, seconds: float | None = None) -> bool:
        """Wait for all jobs deferred so far; False when the time is over first. Raises what a failed one did."""
