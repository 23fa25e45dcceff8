"""Snapshots of an issue, in `data/history/`: what it said, when, and by whom it was saved.

A person who types makes one snapshot in ten minutes, not one for each pause; the state before somebody else's hand,
and before a restore, always has its own.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils import timezone

from newsletter.content.comparing import Change, compare_issues, order_changed
from newsletter.content.issue import issue_from_yaml, issue_path
from newsletter.content.yaml_file import YamlFile, parse_yaml, read_yaml, save_text
from newsletter.errors import ConflictError, InputError
from newsletter.workspace import Workspace

ONE_SITTING = timedelta(minutes=10)
OUTSIDE = "as it stood on disk"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One state of an issue."""

    id: str
    at: datetime
    by: str  # empty where nobody knows
    why: str  # what was done, if more than typing
    text: str  # the whole file


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What became of an issue since a snapshot."""

    snapshot: Snapshot
    seen: str  # hash of the file that it was compared with
    changes: tuple[Change, ...] = ()
    is_reordered: bool = False
    is_broken: bool = False  # whether the file as it is can't be read at all


def snapshots(workspace: Workspace, issue_id: str) -> list[Snapshot]:
    """Every snapshot of an issue, the newest first."""
    return [_read(path) for path in sorted(_folder(workspace, issue_id).glob("*.json"), reverse=True)]


def record(workspace: Workspace, issue_id: str, text: str, *, by: str, why: str = "") -> None:
    """Keep a state, unless it is the newest already; it takes the place of what the same person typed just before."""
    newest = next(iter(sorted(_folder(workspace, issue_id).glob("*.json"), reverse=True)), None)
    last = _read(newest) if newest else None
    if last and last.text == text:
        return
    now = timezone.now()
    _write(_folder(workspace, issue_id) / f"{now:%Y%m%dT%H%M%S%f}Z.json", now, text, by, why)
    if newest and last and not why and not last.why and by and last.by == by and _begun(newest, now):
        newest.unlink()


def _begun(path: Path, now: datetime) -> bool:
    """Whether a snapshot belongs to the sitting of now: it was begun in this stretch of ten minutes."""
    then = datetime.strptime(path.stem, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=now.tzinfo)
    stretch = ONE_SITTING.total_seconds()
    return then.timestamp() // stretch == now.timestamp() // stretch


def compare(workspace: Workspace, issue_id: str, snapshot_id: str) -> Comparison:
    """What differs between a snapshot and the issue as it is. Raises InputError where there is no such snapshot."""
    snapshot = find_snapshot(workspace, issue_id, snapshot_id)
    path = issue_path(workspace.issue_path(issue_id))
    seen = sha256(path.read_bytes()).hexdigest()
    then = _tree(snapshot.text, path)
    try:
        now = _tree(read_yaml(path).text, path)
    except InputError:  # it is broken, and can still be restored
        return Comparison(snapshot=snapshot, seen=seen, is_broken=True)
    changes = tuple(compare_issues(then, now))
    return Comparison(snapshot=snapshot, seen=seen, changes=changes, is_reordered=order_changed(then, now))


def restore(workspace: Workspace, issue_id: str, snapshot_id: str, *, by: str, seen: str) -> None:
    """Make the issue what it was; `seen` is the hash of the file that was looked at.

    Raises InputError where the old state can't be shown any more, ConflictError where somebody saved in between.
    """
    snapshot = find_snapshot(workspace, issue_id, snapshot_id)
    path = issue_path(workspace.issue_path(issue_id))
    raw = path.read_bytes()  # as it is: the file may be broken, and this may be how it is mended
    if sha256(raw).hexdigest() != seen:
        raise ConflictError("Somebody saved this issue while you looked at its history. Compare again, then restore.")
    issue_from_yaml(YamlFile(path=path, text=snapshot.text, digest="", data=_tree(snapshot.text, path)))
    record(workspace, issue_id, raw.decode("utf-8", "replace"), by="", why=OUTSIDE)
    save_text(path, snapshot.text, expected=seen)
    record(workspace, issue_id, snapshot.text, by=by, why="restored")


def find_snapshot(workspace: Workspace, issue_id: str, snapshot_id: str) -> Snapshot:
    """One snapshot. Raises InputError where there is none of that name."""
    for path in _folder(workspace, issue_id).glob("*.json"):
        if path.stem == snapshot_id:
            return _read(path)
    raise InputError("There is no such state in this issue's history.")


def _tree(text: str, path: Path) -> Mapping[str, Any]:
    tree = parse_yaml(text, path)
    return tree if isinstance(tree, Mapping) else {}


def _folder(workspace: Workspace, issue_id: str) -> Path:
    return workspace.data / "history" / workspace.issue_path(issue_id).name


def _read(path: Path) -> Snapshot:
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Snapshot(
        id=path.stem, at=datetime.fromisoformat(kept["at"]), by=kept["by"], why=kept["why"], text=kept["text"]
    )


def _write(path: Path, now: datetime, text: str, by: str, why: str) -> None:
    """Whole or not at all: a snapshot that ends in the middle would be worse than none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".snapshot-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump({"at": now.isoformat(), "by": by, "why": why, "text": text}, stream, ensure_ascii=False)
    Path(draft).replace(path)
