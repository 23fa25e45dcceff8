"""Copies of the database while it is in use, each with a note beside it: when, by which release, with which key.

The key itself is never in a copy: whoever finds one learns nothing of the people who were erased. So `secret.key` must
be kept too, somewhere else; the note says which one is meant.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone

from newsletter import __version__
from newsletter.errors import ConflictError, InputError
from newsletter.services.keys import present_key_id
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
        copy.execute("PRAGMA journal_mode = delete")  # one file, which opens without others beside it
    manifest = Manifest(
        made=timezone.now().isoformat(timespec="seconds"),
        release=__version__,
        key=present_key_id(workspace),
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


def open_copy(workspace: Workspace, copy: Path) -> Manifest:
    """The note beside a copy that may be put back here. Raises what `read_manifest` does.

    ConflictError where it needs another key than the one that is there.
    """
    manifest = read_manifest(copy)
    present = present_key_id(workspace)
    if manifest.key and manifest.key != present:
        found = f"holds the key {present}" if present else "is not there"
        raise ConflictError(
            f"This copy needs the key {manifest.key}, and {workspace.secret_path} {found}. Put back the secret.key "
            "that belongs to it: without it who was erased would not be recognised, and no link in a mail would work."
        )
    return manifest


def newer_copies(copy: Path, manifest: Manifest) -> Iterator[Path]:
    """Sound copies beside one that were made after it with the same key, the newest first."""
    for other in sorted(copy.parent.glob("newsletter-*.sqlite3"), reverse=True):
        with suppress(InputError):
            note = read_manifest(other)
            if note.made > manifest.made and note.key == manifest.key:
                yield other


def _note_beside(copy: Path) -> Path:
    return copy.with_suffix(".json")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
