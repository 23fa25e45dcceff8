"""Files of people that staff sent up, kept between the look at them and the word that takes them in: a day at most."""

import re
import secrets
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.workspace import Workspace

LARGEST = 10_000_000  # bytes; longer lists are brought in by command
_KEPT = timedelta(days=1)
_KINDS = (".csv", ".xlsx", ".txt")
_NAME = re.compile(r"[0-9a-f]{32}(\.csv|\.xlsx|\.txt)")


def keep_upload(workspace: Workspace, name: str, content: bytes) -> str:
    """Keep a file; returns the word by which it is found again. Raises InputError for a kind that holds no list."""
    kind = Path(name).suffix.lower()
    if kind not in _KINDS:
        raise InputError(f"This is no list that we can read; save it as {' or '.join(_KINDS[:2])}.")
    if len(content) > LARGEST:
        raise InputError(
            "The file is larger than 10 megabytes; bring it in in parts, or ask whoever runs this computer."
        )
    folder = _folder(workspace)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = f"{secrets.token_hex(16)}{kind}"
    path = folder / token
    for kept, what in ((path, content), (_name_of(path), Path(name).name.encode())):
        kept.touch(mode=0o600)
        kept.write_bytes(what)
    return token


def name_of(workspace: Workspace, token: str) -> str:
    """What the file is called where it comes from: people's stories name it."""
    name = _name_of(kept_upload(workspace, token))
    return name.read_text(encoding="utf-8") if name.exists() else token


def kept_upload(workspace: Workspace, token: str) -> Path:
    """Where it lies. Raises ConflictError where it was taken in or thrown away meanwhile."""
    path = _folder(workspace) / token
    if not _NAME.fullmatch(token) or not path.is_file():
        raise ConflictError("This file is not here any more: it was taken in, or a day has passed. Choose it again.")
    return path


def forget_upload(workspace: Workspace, token: str) -> None:
    """Remove it."""
    path = kept_upload(workspace, token)
    for kept in (path, _name_of(path)):
        kept.unlink(missing_ok=True)


def purge_uploads(workspace: Workspace) -> int:
    """Remove what nobody took in; returns how many."""
    old = (timezone.now() - _KEPT).timestamp()
    gone = [path for path in _folder(workspace).glob("*") if path.stat().st_mtime < old]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _name_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.name")


def _folder(workspace: Workspace) -> Path:
    return workspace.data / "uploads"
