"""The database is brought up to date after a backup, in a process of its own as the commands do it."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing

from newsletter.workspace import Workspace

SCRIPT = """
import sys
from pathlib import Path
from newsletter.errors import NewsletterError
from newsletter.settings import setup
from newsletter.workspace import load_workspace
workspace = load_workspace(Path(sys.argv[1]), {})
setup(workspace)
from newsletter.services.migrating import migrate
try:
    report = migrate(workspace)
    print(len(report.applied), report.backup is not None)
except NewsletterError as error:
    print(type(error).__name__, error)
"""


def run(workspace: Workspace) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, str(workspace.root)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.strip()


def sql(workspace: Workspace, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(workspace.data / "newsletter.sqlite3")) as database, database:
        return database.execute(statement).fetchall()


def test_a_new_workspace_gets_its_tables_and_a_second_run_does_nothing(workspace: Workspace) -> None:
    applied, backup = run(workspace).split()
    assert (int(applied) > 0, backup) == (True, "False")
    assert sql(workspace, "SELECT count(*) FROM newsletter_subscriber") == [(0,)]
    assert run(workspace) == "0 False"


def test_pending_migrations_run_after_a_backup_that_holds_what_was_there(workspace: Workspace) -> None:
    run(workspace)
    # What a release before the first newsletter migration would have left.
    kept = ("django_content_type", "django_migrations", "sqlite_sequence")
    for (table,) in sql(workspace, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        if table not in kept and not str(table).startswith("auth_"):
            sql(workspace, f"DROP TABLE {table}")
    sql(workspace, "DELETE FROM django_migrations WHERE app NOT IN ('contenttypes', 'auth')")
    sql(workspace, "INSERT INTO django_content_type (app_label, model) VALUES ('kept', 'safe')")
    applied, backup = run(workspace).split()
    assert (int(applied) > 0, backup) == (True, "True")
    (backup,) = (workspace.data / "backups").glob("*.sqlite3")
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT model FROM django_content_type WHERE app_label = 'kept'").fetchall() == [("safe",)]
        assert copy.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'newsletter_%'").fetchone() == (0,)
    assert backup.stat().st_mode & 0o077 == 0


def test_a_database_of_a_newer_release_is_left_alone(workspace: Workspace) -> None:
    run(workspace)
    sql(workspace, "INSERT INTO django_migrations (app, name, applied) VALUES ('newsletter', '0999_later', '2030')")
    assert run(workspace).startswith("ConflictError A newer release wrote this database (newsletter.0999_later)")


def test_a_file_that_is_no_database_gets_one_sentence(workspace: Workspace) -> None:
    workspace.data.mkdir()
    (workspace.data / "newsletter.sqlite3").write_text("this is not a database, but it is long enough" * 50)
    assert run(workspace).startswith("UnavailableError The database")


def test_an_address_of_another_database_is_refused_with_the_remedy(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace()
    config = workspace.root / "newsletter.toml"
    config.write_text(config.read_text() + '[database]\nurl = "mysql://example"\n')
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(workspace.root)], capture_output=True, text=True, check=False
    )
    assert "InputError: [database] url" in done.stderr
