"""The one way a change of the studio reaches an issue's file: compare-and-set on its hash, snapshots on both sides.

Two people who edit different parts do not get in each other's way: the loser of a race reads the file again and puts
the same change into it. Whether the change still fits is asked each time, of the part as it is then.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from newsletter.content.issue import issue_path, save_issue
from newsletter.content.yaml_file import YamlFile, read_yaml
from newsletter.errors import ConflictError, StaleSaveError
from newsletter.services.editing.history import OUTSIDE, record
from newsletter.workspace import Workspace

_TRIES = 5
Result = TypeVar("Result")


def read(workspace: Workspace, issue_id: str) -> YamlFile:
    """The file of an issue, to be looked at and not changed. Raises InputError where there is none or it is broken."""
    path = issue_path(workspace.issue_path(issue_id))
    facts = path.stat()
    return _parsed(path, facts.st_ino, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=16)
def _parsed(path: Path, _node: int, _changed: int, _size: int) -> YamlFile:
    """Parsing takes longer than all else on a page. A save makes a new file, never mistaken for the old one."""
    return read_yaml(path)


def save(
    workspace: Workspace, issue_id: str, change: Callable[[Any], Result], *, by: str, why: str = ""
) -> tuple[YamlFile, Result]:
    """Put a change into the file; returns the file as it is then, and what the change returned.

    Whatever `change` raises leaves the file alone. Raises InputError where the result would be no issue.
    """
    for _ in range(_TRIES):
        source = read_yaml(issue_path(workspace.issue_path(issue_id)))
        result = change(source.data)
        try:
            saved = save_issue(source, source.data)
        except StaleSaveError:
            continue
        if saved.text != source.text:
            record(workspace, issue_id, source.text, by="", why=OUTSIDE)
            record(workspace, issue_id, saved.text, by=by, why=why)
        return saved, result
    raise ConflictError("This issue is being saved again and again by something else. Try once more in a moment.")
