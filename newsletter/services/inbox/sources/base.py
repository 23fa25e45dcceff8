"""What a place is that keeps mail for us: it tells what is new, and may be tidied."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from newsletter.services.inbox.arriving import Found

Unseen = Callable[[str, Iterable[str]], list[str]]  # of an epoch and its keys those that have not arrived yet
LastKey = Callable[[str], str | None]  # of an epoch the key that arrived last


class Source(Protocol):
    """One mailbox, folder or file."""

    name: str  # without any secret; the same at every start

    def new(self, unseen: Unseen, last: LastKey) -> Iterator[Found]:
        """What has not arrived yet, oldest first. Nothing is marked. Raises UnavailableError where nobody answers."""

    def file(self, epoch: str, keys: Iterable[str]) -> bool:
        """Mark or move what was dealt with. False where the epoch is over: those keys mean other mails now."""

    def close(self) -> None:
        """Let go of it."""
