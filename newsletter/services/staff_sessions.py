"""Where staff are signed in, and how that ends."""

from collections.abc import Iterable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from newsletter.errors import ConflictError
from newsletter.models import OneTimeLink, User
from newsletter.services.audit import record_act

_LINKS_KEPT = timedelta(days=31)


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


def end_other_sessions(user: User, key: str) -> int:
    """End all of somebody's sessions but the one with this key; returns how many."""
    with transaction.atomic():
        others = list(UserSession.objects.filter(user=user).exclude(session_key=key))
        _end(others)
        record_act("end sessions", f"account {user.pk}", by=user.name, user=user, count=len(others))
        return len(others)


def purge_sessions() -> None:
    """Forget sessions that have run out, and links that nobody can use any more."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    OneTimeLink.objects.filter(expires_at__lt=timezone.now() - _LINKS_KEPT).delete()


def end_sessions(user: User) -> None:
    """End all of somebody's sessions, inside the caller's transaction."""
    _end(UserSession.objects.filter(user=user))


def _end(sessions: Iterable[UserSession]) -> None:
    for session in sessions:
        session.end()
