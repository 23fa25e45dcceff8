"""Makes a new workspace from the files that travel with the program."""

import shutil
from pathlib import Path

from newsletter.bundle import bundle_root
from newsletter.errors import InputError, Problem
from newsletter.workspace import CONFIG_NAME

_COPIED = (
    CONFIG_NAME,
    "words.txt",
    "issues",
    "pages",
    "subscribers/bodies.toml",
    "subscribers/segments.toml",
    "subscribers/sample.csv",
)
_IGNORED = """# What the program writes, and people's data, never enter git.
data/
subscribers/*
!subscribers/bodies.toml
!subscribers/segments.toml
!subscribers/sample.csv
"""


def found(folder: Path) -> list[Path]:
    """Make a workspace in a new or empty folder; returns what it holds. Raises InputError where something is there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "something is here already; name a new or empty folder"
        raise InputError([Problem(message=message, file=str(folder))])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _COPIED:
            _copy(bundle_root() / name, folder / name)
        (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    except OSError as error:
        message = f"this folder can't be written: {error.strerror or error}; name another"
        raise InputError([Problem(message=message, file=str(folder))]) from None
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*.lock"))
    else:
        shutil.copyfile(source, target)
