"""Copies of the database while it is in use, each with a note beside it: when, by which release, with which key.

The key itself is never in a copy: whoever finds one learns nothing of the people who were erased. So `secret.key` must
be kept too, somewhere else; the note says which one is meant.
"""

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone

from newsletter import __version__
from newsletter.errors import InputError
from newsletter.services.keys import key_of
from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the note beside a copy says."""

    made: str  # ISO 8601, in UTC
    release: str
    key: str  # id of the key that its hashes and links were made with; empty where there was none yet
    sha256: str  # of the copy


def back_up(workspace: Workspace) -> Path:
    """Copy the database by SQLite's own backup; returns the copy in `data/backups/`.

    A plain file copy would miss what still lies in the write-ahead log.
    """
    folder = workspace.data / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"newsletter-{timezone.now():%Y%m%dT%H%M%S%f}.sqlite3"
    target.touch(mode=0o600)
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
    manifest = Manifest(
        made=timezone.now().isoformat(timespec="seconds"),
        release=__version__,
        key=key_id(workspace),
        sha256=_digest(target),
    )
    _note_beside(target).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    return target


def read_manifest(copy: Path) -> Manifest:
    """The note beside a copy, compared with it. Raises InputError where it is missing, broken, or of another file."""
    try:
        manifest = Manifest(**json.loads(_note_beside(copy).read_text(encoding="utf-8")))
        digest = _digest(copy)
    except OSError as error:
        raise InputError(
            f"{error.filename} can't be read: {error.strerror}. A copy and its note belong together."
        ) from None
    except (ValueError, TypeError):
        raise InputError(f"{_note_beside(copy)} is no note of a backup; look for another copy.") from None
    if manifest.sha256 != digest:
        raise InputError(
            f"{copy} is not the file that its note speaks of: it is damaged or was changed. Use another copy."
        )
    return manifest


def key_id(workspace: Workspace) -> str:
    """The id of the key that is there; empty where there is none, which a look must not make."""
    return key_of(workspace).id if (workspace.data / "secret.key").exists() else ""


def _note_beside(copy: Path) -> Path:
    return copy.with_suffix(".json")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
