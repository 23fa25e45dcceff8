"""What this computer must be like: a local disk, a private key, a clock that is right, headers nobody can forge."""

import stat
import sys
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError
from django.utils import timezone

from newsletter.errors import ConflictError, UnavailableError, UnsafeHeaderError
from newsletter.models import Attempt, AuditRecord
from newsletter.rendering.headers import encode_address
from newsletter.services.disks import require_local_disk, require_not_lost
from newsletter.services.doctor.line import Line, mend, ok
from newsletter.services.key_check import what_is_missing
from newsletter.services.modes import is_practice
from newsletter.services.quotas import limits_of
from newsletter.settings import database_path
from newsletter.workspace import Rate, Workspace

_RELEASED = datetime(2025, 11, 1, tzinfo=UTC)  # no clock that is right shows an earlier time
_LEEWAY = timedelta(minutes=5)
_SECRET = "data/secret.key"  # noqa: S105  (a file's name)


def machine_lines(workspace: Workspace) -> list[Line]:
    """One line for each subject. The database is opened only where it exists."""
    lines = [_python(), _disk(workspace), _secret(workspace), _pace(workspace)]
    if not database_path(workspace).exists():
        return [*lines, _no_database(workspace)]
    try:
        return [*lines, *_belonging(workspace), _mode(workspace), _clock()]
    except DatabaseError:
        message = f"The database {database_path(workspace)} can't be read."
        return [*lines, mend("Database", message, "Run `newsletter migrate`, or put back a copy from data/backups.")]


def _python() -> Line:
    """Some versions let a name add header fields (CVE-2024-6923), so headers are encoded by our own hand."""
    version = ".".join(map(str, sys.version_info[:3]))
    try:
        encode_address("To", "Reader\r\nBcc: somebody@example.org", "reader@example.org")
    except UnsafeHeaderError:
        return ok("Headers", f"A name cannot add a header field (Python {version}).")
    return mend("Headers", "A name can add a header field.", "Install this release again.")


def _disk(workspace: Workspace) -> Line:
    try:
        require_local_disk(database_path(workspace))
    except ConflictError as error:
        return mend("Disk", str(error))
    return ok("Disk", "The database lies on a disk of this computer.")


def _secret(workspace: Workspace) -> Line:
    path = workspace.data / "secret.key"
    if not path.exists():
        return ok("Key", f"{_SECRET} is not there; a new workspace makes it at first use.")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return mend("Key", f"Others on this computer can open {_SECRET}.", f"Run: chmod 600 {path}")
    return ok("Key", f"{_SECRET} is for its owner alone; keep a copy of it apart from the database.")


def _no_database(workspace: Workspace) -> Line:
    try:
        require_not_lost(database_path(workspace), workspace)
    except UnavailableError as error:
        return mend("Database", str(error))
    return ok("Database", "There is none yet, so this is practice: nothing leaves this computer.")


def _belonging(workspace: Workspace) -> list[Line]:
    """A line only where the key is not the database's own."""
    sentence = what_is_missing(workspace)
    return [mend("Database", sentence)] if sentence else []


def _pace(workspace: Workspace) -> Line:
    limits = limits_of(workspace, workspace.config.sending.transport)
    words = _in_words(limits.pace)
    if not words:
        return ok("Pace", "Nothing limits how fast mail leaves, but for what the mail server says.")
    source = f", as {limits.provider.name} published in {limits.provider.read}" if limits.provider else ""
    return ok("Pace", f"At most {words}{source}.")


def _in_words(rate: Rate) -> str:
    spans = ("second", "minute", "hour", "day")
    told = [(getattr(rate, f"per_{span}"), span) for span in spans]
    return " and ".join(f"{most:,.12g} a {span}" for most, span in told if most)


def _mode(workspace: Workspace) -> Line:
    if is_practice(workspace):
        return ok("Mode", "Practice: nothing leaves this computer. `newsletter live --by NAME` changes that.")
    return ok("Mode", f"Live: mail goes by {workspace.config.sending.transport}")


def _clock() -> Line:
    """Dates in headers, schedules and retries hang on it."""
    newest = [
        rows.order_by("-pk").values_list("at", flat=True).first() for rows in (Attempt.objects, AuditRecord.objects)
    ]
    now = timezone.now()
    before = max([_RELEASED, *(moment for moment in newest if moment)])
    if now + _LEEWAY < before:
        message = f"The clock shows {now:%Y-%m-%d %H:%M} UTC, and {before:%Y-%m-%d %H:%M} has been."
        return mend("Clock", message, "Set it, and have it kept right by a time server.")
    return ok("Clock", f"It is {now:%Y-%m-%d %H:%M} UTC, after everything on record.")
