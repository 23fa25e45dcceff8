"""Brings the database to the present tables, after a backup where there is something to lose."""

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from filelock import FileLock

from newsletter.errors import ConflictError, UnavailableError
from newsletter.services.backups import back_up
from newsletter.workspace import Workspace

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MigrationReport:
    """What `migrate` did."""

    applied: tuple[str, ...]  # names of the migrations that ran, such as newsletter.0001_initial
    backup: Path | None  # copy of the database as it was before; None where it was new or already up to date


def pending_migrations() -> tuple[str, ...]:
    """Names of the migrations that the database still lacks. Raises ConflictError where a newer release wrote it."""
    try:
        executor = MigrationExecutor(connection)
    except (DatabaseError, sqlite3.Error):
        raise UnavailableError(
            f"The database {connection.settings_dict['NAME']} can't be opened; put back the latest copy from "
            "data/backups with newsletter restore FILE --by NAME."
        ) from None
    known = executor.loader.disk_migrations
    if newer := sorted(f"{app}.{name}" for app, name in executor.loader.applied_migrations if (app, name) not in known):
        raise ConflictError(f"A newer release wrote this database ({newer[0]}); install that release again.")
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _backwards in plan)


def migrate(workspace: Workspace) -> MigrationReport:
    """Run what is pending; safe to call at every start, by several commands at once."""
    workspace.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(workspace.data / "migrating.lock"):
        return _migrate(workspace)


def _migrate(workspace: Workspace) -> MigrationReport:
    pending = pending_migrations()
    if not pending:
        return MigrationReport(applied=(), backup=None)
    backup = back_up(workspace) if connection.introspection.table_names() else None
    call_command("migrate", interactive=False, verbosity=0)
    logger.info("migrated the database, %d steps", len(pending))
    return MigrationReport(applied=pending, backup=backup)
