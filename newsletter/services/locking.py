"""The sending lock: on SQLite one process sends for a workspace, so whoever holds it knows that no other is alive."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from newsletter.errors import SendingElsewhereError
from newsletter.workspace import Workspace


@contextmanager
def sending_lock(workspace: Workspace) -> Iterator[None]:
    """Held by the one process that sends for this workspace. Raises SendingElsewhereError where another holds it."""
    workspace.data.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(workspace.data / "sending.lock", timeout=0):
            yield
    except Timeout:
        raise SendingElsewhereError(
            "Another process is sending for this workspace; wait for it, or stop it first."
        ) from None


def is_sending(workspace: Workspace) -> bool:
    """Whether a process is sending for this workspace now."""
    try:
        with sending_lock(workspace):
            return False
    except SendingElsewhereError:
        return True
