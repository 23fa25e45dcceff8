"""A Maildir: one file a mail, in `new/` until somebody looked at it, then in `cur/` with its marks in the name."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from newsletter.errors import UnavailableError
from newsletter.replies.limits import Limits
from newsletter.services.inbox.arriving import Found
from newsletter.services.inbox.sources.base import LastKey, Unseen

_MARKS = ":2,"
_SEEN = "S"


class Maildir:
    """Reads a Maildir that a mail server delivers into."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that holds `new` and `cur`."""
        self.name = f"maildir:{folder}"
        self._folder = folder

    def new(self, unseen: Unseen, _last: LastKey) -> Iterator[Found]:
        """What has not arrived yet, by the files' own names, which begin with the time of delivery."""
        files = self._files()
        for key in unseen("", sorted(files)):
            try:
                yield _read(key, files[key])
            except FileNotFoundError:
                continue  # a mail program moved it just now: the next round finds it

    def file(self, _epoch: str, keys: Iterable[str]) -> bool:
        """Mark as read what was dealt with, as a mail program would."""
        files = self._files()
        for key in keys:
            path = files.get(key)
            if path is not None:
                marks = path.name.partition(_MARKS)[2]
                together = "".join(sorted({*marks, _SEEN}))
                path.replace(self._folder / "cur" / f"{key}{_MARKS}{together}")
        return True

    def close(self) -> None:
        """Nothing is held open."""

    def _files(self) -> dict[str, Path]:
        try:
            paths = [path for part in ("new", "cur") for path in (self._folder / part).iterdir()]
        except OSError as error:
            raise UnavailableError(f"The Maildir {self._folder} can't be read: {error.strerror}.") from None
        return {path.name.partition(_MARKS)[0]: path for path in paths if not path.name.startswith(".")}


def _read(key: str, path: Path) -> Found:
    size, limits = path.stat().st_size, Limits()
    if size <= limits.message_bytes:
        return Found(key=key, raw=path.read_bytes())
    with path.open("rb") as stream:
        return Found(key=key, raw=stream.read(limits.header_bytes), is_whole=False, size=size)
