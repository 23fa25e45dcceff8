"""Where staff are signed in, and how that ends."""

from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.db import transaction

from newsletter.errors import ConflictError
from newsletter.models import User
from newsletter.services.audit import record_act


def sessions_of(user: User) -> list[UserSession]:
    """Where somebody is signed in, latest first; what has ended is forgotten on the way."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda session: session.created_at, reverse=True)


def end_session(user: User, number: int) -> None:
    """End one of somebody's own sessions. Raises ConflictError for one that is not theirs, or has ended."""
    with transaction.atomic():
        session = UserSession.objects.filter(user=user, pk=number).first()
        if session is None:
            raise ConflictError("This sign-in has ended already.")
        session.end()
        record_act("end session", f"account {user.pk}", by=user.name, user=user)


def end_sessions(user: User) -> None:
    """End all of somebody's sessions, inside the caller's transaction."""
    _end(UserSession.objects.filter(user=user))


def _end(sessions: Iterable[UserSession]) -> None:
    for session in sessions:
        session.end()
