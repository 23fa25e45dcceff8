"""The local outbox: each copy becomes a file in a folder, and nothing leaves this machine. Practice mode uses it."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from newsletter.errors import UnavailableError
from newsletter.transports.base import Accepted, Envelope, Journal, Pause, TryLater, unhurried


class OutboxTransport:
    """Writes `0001-<delivery id>.eml` and so on; no file name holds an address."""

    name = "local outbox"
    connections = 1

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when the first copy comes."""
        self._folder = folder
        self._numbers: Iterator[int] | None = None  # shared by all threads that deliver; taking the next one is atomic

    def probe(self) -> None:
        """Make the folder. Raises UnavailableError when it cannot be written."""
        self._last_number()

    def deliver(self, envelopes: Iterable[Envelope | Pause], journal: Journal) -> None:
        """Write each granted copy. Raises UnavailableError when the folder cannot be written."""
        for envelope in unhurried(envelopes):
            self._numbers = self._numbers or count(self._last_number() + 1)
            if envelope.delivery_id not in journal.intent([envelope.delivery_id]):
                continue
            name = f"{next(self._numbers):04d}-{envelope.delivery_id}.eml"
            try:
                self._write(name, envelope.message)
            except OSError as error:
                journal.outcome(envelope.delivery_id, TryLater(text="the outbox could not be written", untouched=True))
                raise _unwritable(error) from None
            journal.outcome(envelope.delivery_id, Accepted(text="written to the local outbox", provider_ref=name))

    def _last_number(self) -> int:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            numbers = (path.name.partition("-")[0] for path in self._folder.glob("*-*.eml"))
            return max((int(number) for number in numbers if number.isdecimal()), default=0)
        except OSError as error:
            raise _unwritable(error) from None

    def _write(self, name: str, message: bytes) -> None:
        """All or nothing: a reader of the folder never sees half a file."""
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(message)
            Path(temporary).replace(self._folder / name)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _unwritable(error: OSError) -> UnavailableError:
    return UnavailableError(
        f"The outbox folder cannot be written ({error.strerror}); make room, or check who may write there."
    )
