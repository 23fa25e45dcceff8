"""`data/secret.key`: a workspace's own secret, and in the lines below it those that came to sign links since."""

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.errors import InputError, Problem

_BYTES = 32
_ALONE = " alone"


@dataclass(frozen=True, kw_only=True)
class Secret:
    """One line."""

    secret: bytes = field(repr=False)
    ends_others: bool  # links that the lines above signed no longer work


def read_secrets(path: Path) -> tuple[Secret, ...]:
    """Every line, the first made at first use. Raises InputError where one is no key."""
    if not path.exists():
        _begin(path)
    try:
        found = tuple(map(_read, path.read_text(encoding="ascii").splitlines()))
    except ValueError:
        found = ()
    if not found:
        raise InputError([Problem(message="this is no key; put back the copy that you kept", file=str(path))])
    return found


def add_secret(path: Path, *, ends_others: bool) -> None:
    """Put another one below; there is all of the file at any moment."""
    lines = path.read_text(encoding="ascii").splitlines()
    _draft(path, "\n".join([*lines, secrets.token_hex(_BYTES)]) + (_ALONE if ends_others else "")).replace(path)


def _read(line: str) -> Secret:
    secret = bytes.fromhex(line.removesuffix(_ALONE))
    if len(secret) != _BYTES:
        raise ValueError
    return Secret(secret=secret, ends_others=line.endswith(_ALONE))


def _begin(path: Path) -> None:
    """Written whole beside its place, then linked there: another process finds all of a key or none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, secrets.token_hex(_BYTES))
    try:
        with suppress(FileExistsError):  # another process was first; its key is the key
            os.link(draft, path)
    finally:
        draft.unlink()


def _draft(path: Path, content: str) -> Path:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # readable by its owner only
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return Path(draft)
