"""Puts a copy of the database back. Nothing is sent by it, nobody who left since comes back, and nothing goes twice.

What was decided after the copy was made is read from the database that it replaces or, where that can't be read, from
the newest copy beside it: who left, who is never to be written to, who was erased, and which deliveries went out.
Everything else since then is gone.
"""

import logging
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
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
from newsletter.services.migrating import pending_migrations
from newsletter.services.modes import go_practice
from newsletter.services.subscribing import said_by
from newsletter.settings import another_file, database_path
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
    """Put a copy in the database's place; the workspace is in practice afterwards. All is made ready beside it first.

    Raises InputError for a copy that is damaged or without its note, ConflictError where it needs another key than the
    one that is there, SendingElsewhereError while something is being sent, UnavailableError while `serve` runs.
    """
    by, manifest = said_by(by), open_copy(workspace, copy)
    present, draft = database_path(workspace), workspace.data / "restoring.sqlite3"
    with sending_lock(workspace), FileLock(workspace.data / "migrating.lock"):
        before, is_readable = _set_aside(workspace, present)
        later = before if before and is_readable else next(newer_copies(copy, manifest), None)
        try:
            _copy(copy, draft)
            with another_file(draft):
                taken, waiting = _make_ready(workspace, copy, later, by=by)
            if not is_readable:
                _remove(present)
            _copy(draft, present)
        finally:
            _remove(draft)
    logger.info("restored the database")
    return Restored(made=manifest.made, replaced=before, taken_over=taken, waiting=waiting)


def _make_ready(workspace: Workspace, copy: Path, later: Path | None, *, by: str) -> tuple[sql.TakenOver | None, int]:
    if pending_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    require_key(workspace)
    taken = _take_over(workspace, later, by=by) if later else None
    return taken, _hold_everything(copy, by=by)


def _take_over(workspace: Workspace, later: Path, *, by: str) -> sql.TakenOver | None:
    try:
        return sql.take_over(workspace, later, by=by)
    except DatabaseError:  # written by a release that lacked some of these tables
        return None


def _set_aside(workspace: Workspace, present: Path) -> tuple[Path | None, bool]:
    """Keep a copy of the present database, and say whether it can be read."""
    if not present.exists():
        return None, False
    try:
        _require_alone(present)
        kept = back_up(workspace)
        with closing(sqlite3.connect(kept)) as database:
            return kept, database.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except (DatabaseError, sqlite3.DatabaseError):
        connection.close()
        kept = workspace.data / "backups" / f"damaged-{timezone.now():%Y%m%dT%H%M%S%f}.sqlite3"
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(present, kept)
        kept.chmod(0o600)
        return kept, False


def _require_alone(present: Path) -> None:
    """What another process writes from here on would be lost; SQLite gives up its log only if nobody else is there."""
    connection.close()
    with closing(sqlite3.connect(present, timeout=0)) as database:
        try:
            database.execute("PRAGMA journal_mode = delete")
        except sqlite3.OperationalError:
            raise UnavailableError("Another program has the database open; stop newsletter serve first.") from None


def _copy(source: Path, target: Path) -> None:
    """By SQLite's own means, so that the target is all of it or what it was."""
    connection.close()
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as database:
            if database.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise InputError(f"{source} is damaged; use another copy.")
            target.touch(mode=0o600)
            with closing(sqlite3.connect(target)) as other:
                database.backup(other)
    except sqlite3.Error as error:
        raise UnavailableError(f"{source} can't be copied to {target}: {error}.") from None


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{database}{ending}").unlink(missing_ok=True)


@transaction.atomic
def _hold_everything(copy: Path, *, by: str) -> int:
    """Practice, a new epoch, and every mailing on its way waits for a person: what it says may be of yesterday."""
    go_practice(by=by)
    WorkspaceState.objects.filter(pk=1).update(instance_epoch=new_epoch())
    held = Mailing.objects.filter(state__in=_HELD).update(state=MailingState.NEEDS_APPROVAL)
    record_act("restore", "database", by=by, copy=copy.name, waiting=held)
    return held
