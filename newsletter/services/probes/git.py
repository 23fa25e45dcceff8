"""Asks git which files of a workspace it tracks that hold, or may hold, personal data."""

import shutil
import subprocess
from pathlib import Path, PurePosixPath

_PATIENCE = 5  # seconds
# What a workspace may share: rules and registers, and people who are invented.
_FREE = {"subscribers/segments.toml", "subscribers/bodies.toml", "subscribers/sample.csv", "subscribers/.gitkeep"}
_PRIVATE_FOLDERS = ("subscribers", "data")
_PRIVATE_ENDS = (".sqlite3", ".mbox", ".eml", ".pem", ".key")


def tracked_personal_files(root: Path) -> tuple[str, ...] | None:
    """Files below a workspace that git should not hold; None where there is no git or no repository."""
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(root), "ls-files", "-z", "--", "."]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603  (no shell)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if answer.returncode:
        return None
    names = answer.stdout.decode("utf-8", "replace").split("\0")
    return tuple(name for name in names if name and _is_private(PurePosixPath(name)))


def _is_private(path: PurePosixPath) -> bool:
    name = path.as_posix()
    private = path.parts[0] in _PRIVATE_FOLDERS or path.suffix.lower() in _PRIVATE_ENDS or path.name == ".env"
    return private and name not in _FREE
