"""The bytes of replies, each in a file of its own below `data/inbox/`, as they came; nothing in them is ever opened."""

import os
import tempfile
from pathlib import Path

from newsletter.workspace import Workspace


def letter_path(workspace: Workspace, fingerprint: str) -> Path:
    """Where a reply's bytes lie."""
    return workspace.data / "inbox" / fingerprint[:2] / f"{fingerprint}.eml"


def keep_letter(workspace: Workspace, fingerprint: str, raw: bytes) -> None:
    """Write the bytes, durably and whole, before anybody is told that we have them."""
    path = letter_path(workspace, fingerprint)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")  # readable by its owner only
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def read_letter(workspace: Workspace, fingerprint: str) -> bytes | None:
    """The bytes; None where their time is over, or the file is gone."""
    try:
        return letter_path(workspace, fingerprint).read_bytes()
    except FileNotFoundError:
        return None


def forget_letter(workspace: Workspace, fingerprint: str) -> None:
    """Remove the bytes."""
    letter_path(workspace, fingerprint).unlink(missing_ok=True)
