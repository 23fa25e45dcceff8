"""Puts a copy of the database back. Nothing is sent by it, nobody who left since comes back, and nothing goes twice.

What was decided after the copy was made is read from the database that it replaces or, where that can't be read, from
the newest copy beside it: who left, who is never to be written to, who was erased, and which deliveries went out.
Everything else since then is gone.
"""

import logging
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from filelock import FileLock

from newsletter.errors import InputError, UnavailableError
from newsletter.models import Mailing, MailingState, WorkspaceState
from newsletter.models.records import new_epoch
from newsletter.services import restore_sql as sql
from newsletter.services.audit import record_act
from newsletter.services.backups import back_up, newer_copies, open_copy
from newsletter.services.key_check import require_key
from newsletter.services.locking import sending_lock
from newsletter.services.migrating import migrate
from newsletter.services.modes import go_practice
from newsletter.services.subscribing import said_by
from newsletter.settings import database_path
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)

_HELD = (MailingState.PLANNED, MailingState.SCHEDULED, MailingState.SENDING, MailingState.PAUSED)


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore did."""

    made: str  # when the copy was made
    replaced: Path | None  # the database as it was before, None where there was none
    taken_over: sql.TakenOver | None  # what was decided since; None where nothing later could be read
    waiting: int  # mailings that wait for somebody's word


def restore(workspace: Workspace, copy: Path, *, by: str) -> Restored:
    """Put a copy in the database's place; the workspace is in practice afterwards.

    Raises InputError for a copy that is damaged or without its note, ConflictError where it needs another key than the
    one that is there, SendingElsewhereError while something is being sent.
    """
    by, manifest = said_by(by), open_copy(workspace, copy)
    with sending_lock(workspace):
        before, readable = _set_aside(workspace)
        with FileLock(workspace.data / "migrating.lock"):
            _put_back(copy, database_path(workspace))
        migrate(workspace)
        require_key(workspace)
        later = before if before and readable else next(newer_copies(copy, manifest), None)
        taken = _take_over(workspace, later, by=by) if later else None
        waiting = _hold_everything(copy, by=by)
    logger.info("restored the database")
    return Restored(made=manifest.made, replaced=before, taken_over=taken, waiting=waiting)


def _take_over(workspace: Workspace, later: Path, *, by: str) -> sql.TakenOver | None:
    try:
        return sql.take_over(workspace, later, by=by)
    except DatabaseError:  # written by a release that lacked some of these tables
        return None


def _set_aside(workspace: Workspace) -> tuple[Path | None, bool]:
    """Keep the present database, and say whether it can be read."""
    present = database_path(workspace)
    if not present.exists():
        return None, False
    try:
        kept = back_up(workspace)
        with closing(sqlite3.connect(kept)) as database:
            sound = database.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except (DatabaseError, sqlite3.Error):
        connection.close()
        kept, sound = workspace.data / "backups" / f"damaged-{timezone.now():%Y%m%dT%H%M%S%f}.sqlite3", False
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{present}{ending}").replace(f"{kept}{ending}")
    return kept, sound


def _put_back(copy: Path, target: Path) -> None:
    """By SQLite's own means, so that whoever has the database open sees all of it or nothing."""
    connection.close()
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as source:
            if source.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise InputError(f"{copy} is damaged; use another copy.")
            target.touch(mode=0o600)
            with closing(sqlite3.connect(target)) as database:
                source.backup(database)
    except sqlite3.Error as error:
        raise UnavailableError(
            f"The database can't be put back: {error}; stop `newsletter serve` and try again."
        ) from None


@transaction.atomic
def _hold_everything(copy: Path, *, by: str) -> int:
    """Practice, a new epoch, and every mailing on its way waits for a person: what it says may be of yesterday."""
    go_practice(by=by)
    WorkspaceState.objects.filter(pk=1).update(instance_epoch=new_epoch())
    held = Mailing.objects.filter(state__in=_HELD).update(state=MailingState.NEEDS_APPROVAL)
    record_act("restore", "database", by=by, copy=copy.name, waiting=held)
    return held
