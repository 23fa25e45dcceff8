"""Going live: one recorded act, once everything that can be looked at is in order."""

from newsletter.errors import ConflictError
from newsletter.models import Role, User
from newsletter.services.doctor import Health, Line, examine
from newsletter.services.modes import go_live, go_practice
from newsletter.services.probes.dns import Resolver, SystemResolver
from newsletter.services.routing import reaches_somebody
from newsletter.workspace import Workspace


def look(workspace: Workspace, resolver: Resolver | None = None) -> list[Line]:
    """What `newsletter doctor` says, of this computer and of the DNS."""
    return examine(workspace, resolver or SystemResolver())


def take_live(workspace: Workspace, *, by: str, user: User | None = None, resolver: Resolver | None = None) -> None:
    """From now on mail goes where `[sending] transport` says; `user` is who asks, unless it is the computer's owner.

    Raises ConflictError where something is to be mended first, where that way reaches nobody, and for a user who is
    no administrator.
    """
    if user is not None:
        _require_administrator(user)
    if not reaches_somebody(workspace):
        raise ConflictError(
            "Mail would still reach nobody: whoever runs this computer must name the mail server in [sending] "
            "transport of newsletter.toml first."
        )
    if wrong := [line.subject for line in look(workspace, resolver) if line.health is Health.MEND]:
        raise ConflictError(f"First mend what is not in order: {', '.join(wrong)}. `newsletter doctor` says how.")
    go_live(workspace, by=by, user=user)


def take_back(user: User) -> None:
    """Back to practice: nothing leaves this computer any more."""
    _require_administrator(user)
    go_practice(by=user.name, user=user)


def _require_administrator(user: User) -> None:
    if user.role != Role.ADMINISTRATOR or not user.is_active:
        raise ConflictError("Only an administrator decides between practice and live.")
