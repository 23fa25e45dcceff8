"""Staff accounts: who may come in, as what, and the one-time links that let somebody in."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction

from newsletter.errors import ConflictError, InputError
from newsletter.models import Role, User
from newsletter.services.audit import record_act
from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace


class _EntryTokens(PasswordResetTokenGenerator):
    """A link works for three days and once: signing in changes what it was made from."""

    key_salt = "newsletter.services.accounts"


_TOKENS = _EntryTokens()


def add_account(address: str, name: str, role: str, *, by: str) -> User:
    """Make an account without a password. Raises InputError for a bad address, ConflictError for a known one."""
    email = parse_address(address).compared
    if role not in Role.values:
        raise InputError(f"'{role[:40]}' is no role; choose {', '.join(Role.values)}.")
    if not name.strip():
        raise InputError("An account needs the person's name: it stands beside what they approve.")
    with transaction.atomic():
        if User.objects.filter(email=email).exists():
            raise ConflictError("There is an account with this address already.")
        user = User.objects.create_user(email, name=" ".join(name.split()), role=role)
        record_act("add account", f"account {user.pk}", by=by, role=role)
    return user


def entry_path(user: User) -> str:
    """The path of a one-time link, below the server's root."""
    return f"studio/enter/{user.pk}-{_TOKENS.make_token(user)}"


def account_of(token: str) -> User | None:
    """Whose link this is; None where it is used, too old, or none of ours."""
    number, _, proof = token.partition("-")
    user = User.objects.filter(pk=int(number), is_active=True).first() if number.isdecimal() else None
    return user if user and _TOKENS.check_token(user, proof) else None


def note_entry(user: User) -> None:
    """Record that somebody came in by a one-time link."""
    record_act("enter by link", f"account {user.pk}", by=user.name, user=user)


def has_accounts() -> bool:
    """Whether anybody can come in at all."""
    return User.objects.filter(is_active=True, role=Role.ADMINISTRATOR).exists()


def find_account(address: str) -> User:
    """The account with this address. Raises InputError where there is none."""
    user = User.objects.filter(email=parse_address(address).compared).first()
    if user is None:
        raise InputError("There is no account with this address; newsletter user list shows all.")
    return user


def entry_url(workspace: Workspace, user: User, server: str) -> str:
    """A whole one-time link; `server` is where this process listens, for a workspace without a public address."""
    return f"{workspace.publication.base_url or server}/{entry_path(user)}"
