"""Practice and live. A new, copied or restored workspace is in practice until somebody says otherwise."""

from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import Mode, User, WorkspaceState
from newsletter.services.audit import record_act
from newsletter.workspace import Workspace


def is_practice(workspace: Workspace) -> bool:
    """True unless this very folder was taken live: a copy of a live workspace is in practice."""
    state = WorkspaceState.objects.filter(pk=1).first()
    return state is None or state.mode != Mode.LIVE or state.home != str(workspace.root)


def go_live(workspace: Workspace, *, by: str, user: User | None = None) -> None:
    """Leave practice: from now on mail goes where `[sending] transport` says.

    Raises InputError without a name, ConflictError where it is live already.
    """
    if not by.strip():
        raise InputError("Going live is recorded under a name: say who with --by.")
    with transaction.atomic():
        if not is_practice(workspace):
            raise ConflictError("This workspace is live already.")
        _change(Mode.LIVE, home=str(workspace.root), by=by, user=user)


@transaction.atomic
def go_practice(*, by: str, user: User | None = None) -> None:
    """Back to practice: nothing leaves this computer any more."""
    _change(Mode.PRACTICE, home="", by=by, user=user)


def _change(mode: Mode, *, home: str, by: str, user: User | None) -> None:
    values = {"mode": mode, "home": home, "changed_by": by, "changed_at": timezone.now()}
    WorkspaceState.objects.update_or_create(pk=1, defaults=values)
    record_act("mode", "workspace", by=by, user=user, mode=mode.value)
