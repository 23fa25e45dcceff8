"""Words that could not be saved (a field still empty, a colleague was faster) are kept for whoever typed them."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.utils import timezone

from newsletter.services.editing.parts import Editor, PartRef
from newsletter.workspace import Workspace

MOST = 1_000_000  # letters of one form; a long section has 10,000


@dataclass(frozen=True, kw_only=True)
class KeptWords:
    """A form as somebody left it."""

    words: dict[str, list[str]]
    base: str  # fingerprint of the part that it was typed over
    at: datetime


def keep(
    workspace: Workspace, issue_id: str, ref: PartRef, editor: Editor, words: Mapping[str, Sequence[str]], base: str
) -> None:
    """Keep a form; the one that this person left here before is replaced."""
    content = json.dumps({"at": timezone.now().isoformat(), "base": base, "words": {k: [*v] for k, v in words.items()}})
    path = _path(workspace, issue_id, ref, editor)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".words-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(content)
    Path(draft).replace(path)


def kept(workspace: Workspace, issue_id: str, ref: PartRef, editor: Editor) -> KeptWords | None:
    """What this person left here unsaved, if anything."""
    try:
        found = json.loads(_path(workspace, issue_id, ref, editor).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return KeptWords(words=found["words"], base=found["base"], at=datetime.fromisoformat(found["at"]))


def forget(workspace: Workspace, issue_id: str, ref: PartRef, editor: Editor) -> None:
    """The words are saved, or thrown away by whoever typed them."""
    _path(workspace, issue_id, ref, editor).unlink(missing_ok=True)


def _path(workspace: Workspace, issue_id: str, ref: PartRef, editor: Editor) -> Path:
    name = sha256(f"{editor.key}\n{ref.path}".encode()).hexdigest()[:32]
    return workspace.data / "unsaved" / workspace.issue_path(issue_id).name / f"{name}.json"
