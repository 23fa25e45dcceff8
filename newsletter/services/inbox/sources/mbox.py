"""An mbox file, such as an export of a mailbox: read as it is, never written to."""

import hashlib
import mailbox
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsletter.errors import UnavailableError
from newsletter.services.inbox.arriving import Found
from newsletter.services.inbox.sources.base import LastKey, Unseen


class Mbox:
    """Reads one file of many mails."""

    def __init__(self, path: Path) -> None:
        """Take the file."""
        self.name = f"mbox:{path}"
        self._path = path

    def new(self, unseen: Unseen, _last: LastKey) -> Iterator[Found]:
        """What has not arrived yet. A mail has no name here, so its bytes are its name."""
        if not self._path.is_file():
            raise UnavailableError(f"The mailbox file {self._path} is not there.")
        box = mailbox.mbox(self._path, create=False)
        try:
            for number in box.keys():  # noqa: SIM118  (mailboxes iterate over parsed mails)
                raw = box.get_bytes(number)
                key = hashlib.sha256(raw).hexdigest()
                if unseen("", [key]):
                    yield Found(key=key, raw=raw)
        finally:
            box.close()

    def file(self, _epoch: str, _keys: Iterable[str]) -> bool:
        """Whoever writes the file marks it; there is nothing to do."""
        return True

    def close(self) -> None:
        """Nothing is held open."""
