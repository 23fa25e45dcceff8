"""Whether the database's file is where it must be: on a disk of this computer, and not lost.

SQLite's write-ahead log needs memory that all its users share. And a database that went away must not be begun anew
in silence: an empty one knows nobody who left, and no mailing that went out.
"""

from pathlib import Path

from newsletter.errors import ConflictError, UnavailableError
from newsletter.workspace import Workspace

_MOUNTS = Path("/proc/self/mountinfo")  # Linux; elsewhere nothing is known and nothing refused

# File systems whose other end is another computer; two of them at work on one database would destroy it.
_NETWORK = frozenset({
    "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
    "smb3", "smbfs", "fuse.ceph", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys", "fuse.rclone",
    "fuse.s3fs", "fuse.sshfs",
})  # fmt: skip


def require_local_disk(path: Path, *, mounts: Path = _MOUNTS) -> None:
    """Raise ConflictError where a database would lie on a network share."""
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return
    kind = file_system(path, table)
    if kind in _NETWORK:
        raise ConflictError(
            f"The database {path} lies on a network share ({kind}), where commits can be lost and mails sent twice; "
            "set [database] url to a file on a disk of this computer."
        )


def require_not_lost(path: Path, workspace: Workspace) -> None:
    """Raise UnavailableError where the database is not there, and its key or an approved edition is."""
    if path.exists():
        return
    editions = workspace.editions.iterdir() if workspace.editions.is_dir() else ()
    if workspace.secret_path.exists() or any(True for _ in editions):
        raise UnavailableError(
            f"The database {path} is gone, and this workspace was in use: put back the latest copy from data/backups "
            "with newsletter restore FILE --by NAME. If there is none, newsletter migrate begins an empty one, which "
            "knows nobody who left."
        )


def file_system(path: Path, table: str) -> str:
    """The kind of file system that holds a path, by a table such as /proc/self/mountinfo; empty if it names none."""
    place, best, kind = path.resolve(), -1, ""
    for line in table.splitlines():
        mounted, _, source = line.partition(" - ")
        if len(fields := mounted.split()) < 5 or not source:
            continue
        point = Path(_unescaped(fields[4]))
        # Of two mounted at one place, the later one is seen.
        if place.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), source.split()[0]
    return kind


def _unescaped(text: str) -> str:
    """The kernel writes blanks in paths as octal."""
    for code, mark in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, mark)
    return text
