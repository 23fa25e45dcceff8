"""Accounts of staff: who is invited, who comes in, what they may do. Each change is one line of the log.

People are never deleted: what they did stays theirs. Removing somebody closes the door and ends their sessions.
"""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import AutomaticKind, LinkPurpose, OneTimeLink, Role, User
from newsletter.services.audit import record_act
from newsletter.services.one_time_links import make_link, use_up
from newsletter.services.outgoing import queue
from newsletter.services.second_factor import forget_codes
from newsletter.services.staff_sessions import end_sessions
from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace

CONSOLE = "the terminal"  # who acts where somebody runs a command: whoever owns this computer


def find_account(address: str) -> User:
    """The account with an address. Raises InputError where there is none."""
    user = User.objects.filter(email=parse_address(address).compared).first()
    if user is None:
        raise InputError("There is no account with this address; `newsletter user list` shows them all.")
    return user


def first_link() -> OneTimeLink | None:
    """A link that makes the first administrator; None where there is one, or one holds a link of their own."""
    with transaction.atomic():
        expected = OneTimeLink.objects.filter(
            user__role=Role.ADMINISTRATOR, user__is_active=True, used_at=None, expires_at__gt=timezone.now()
        )
        return None if _administrators().exists() or expected.exists() else make_link(LinkPurpose.FIRST)


def invite(workspace: Workspace, *, name: str, address: str, role: Role, by: User | None) -> OneTimeLink:
    """Open an account, or one that was closed, and send its owner a link; returns that link.

    Raises InputError for an address that is none, ConflictError where somebody has come in with it already.
    """
    parsed = parse_address(address)
    if not name.strip():
        raise InputError("Say who is invited: a name is missing.")
    with transaction.atomic():
        user = User.objects.filter(email=parsed.compared).first() or User(email=parsed.compared)
        if user.is_active and user.pk and has_come_in(user):
            raise ConflictError(f"{user.name} has an account with this address already.")
        _open(user, name, role)
        _record("invite", user, by, role=role)
        return _send_link(workspace, user, by)


def open_account(*, name: str, address: str, role: Role) -> User:
    """An account without a password, for the demonstration."""
    with transaction.atomic():
        compared = parse_address(address).compared
        user = User.objects.filter(email=compared).first() or User(email=compared)
        _open(user, name, role)
        return user


def invite_again(workspace: Workspace, user: User, *, by: User | None) -> OneTimeLink:
    """A new link for somebody who has not come in yet; the former one stops working."""
    with transaction.atomic():
        if has_come_in(user):
            raise ConflictError(f"{user.name} has come in already; a link to choose a new password helps them.")
        _record("invite", user, by, role=user.role)
        return _send_link(workspace, user, by)


def recovery_link(user: User, *, by: User | None) -> OneTimeLink:
    """A link to choose a new password and set up the one-time code anew, for somebody who can't come in."""
    with transaction.atomic():
        if not user.is_active:
            raise ConflictError(f"The account of {user.name} is closed; invite them again.")
        _record("recovery link", user, by)
        return make_link(LinkPurpose.RECOVERY, user)


def entrance_link(user: User) -> OneTimeLink:
    """A link that lets somebody in without a password, for the demonstration on one's own computer."""
    with transaction.atomic():
        _record("entrance link", user, None)
        return make_link(LinkPurpose.ENTRANCE, user)


def come_in(link: OneTimeLink, *, password: str, name: str = "", address: str = "") -> User:
    """Do what a link is for, once; returns whose account it is, for the web to sign in.

    Raises InputError for a password that is too easy to guess, ConflictError where the link was used meanwhile.
    """
    with transaction.atomic():
        use_up(link)
        user = link.user or _first_administrator(name=name, address=address)
        if link.purpose != LinkPurpose.ENTRANCE:
            _set_password(user, password)
            _end_links(user)
            forget_codes(user)
            end_sessions(user)
        _record("come in", user, user, by_link=link.purpose)
        return user


def record_sign_in(user: User) -> None:
    """Write down that somebody has signed in."""
    _record("sign in", user, user)


def record_failure(address: str) -> None:
    """Write down that a wrong password was tried for somebody's account; the throttle bounds how often."""
    if user := User.objects.filter(email=address.strip().lower()).first():
        record_act("wrong password", f"account {user.pk}", by="somebody")


def record_password(user: User) -> None:
    """Write down that somebody chose another password; the sign-in library has saved it."""
    with transaction.atomic():
        _end_links(user)
        _record("password", user, user)


def change_role(user: User, role: Role, *, by: User | None) -> None:
    """Give somebody another role. Raises ConflictError for the last administrator."""
    with transaction.atomic():
        if role != Role.ADMINISTRATOR:
            _require_another_administrator(user)
        User.objects.filter(pk=user.pk).update(role=Role(role))
        _record("role", user, by, role=role)


def remove(user: User, *, by: User | None) -> None:
    """Close somebody's account and end their sessions. Raises ConflictError for the last administrator."""
    with transaction.atomic():
        _require_another_administrator(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        _end_links(user)
        end_sessions(user)
        _record("remove", user, by)


def has_come_in(user: User) -> bool:
    """Whether the account's owner has been here: an invitation that nobody took up is no account yet."""
    return user.last_login is not None or user.has_usable_password()


def _administrators(but: User | None = None) -> QuerySet[User]:
    found = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True, last_login__isnull=False)
    return found.exclude(pk=but.pk) if but else found


def _require_another_administrator(user: User) -> None:
    if user.role == Role.ADMINISTRATOR and user.is_active and not _administrators(but=user).exists():
        raise ConflictError(
            f"{user.name} is the last administrator who has come in. Make somebody else one first, then try again."
        )


def _first_administrator(*, name: str, address: str) -> User:
    parsed = parse_address(address)
    if not name.strip():
        raise InputError("Please say who you are: a name is missing.")
    user = User.objects.filter(email=parsed.compared).first() or User(email=parsed.compared)
    _open(user, name, Role.ADMINISTRATOR)
    return user


def _open(user: User, name: str, role: Role) -> None:
    """Open an account, new or closed; who comes back chooses a password anew."""
    user.name, user.role, user.is_active, user.last_login = name.strip(), role, True, None
    user.set_unusable_password()
    user.save()


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InputError(" ".join(error.messages)) from None
    user.set_password(password)
    user.save(update_fields=["password"])


def _end_links(user: User) -> None:
    """Who chooses a password may do so because somebody else can come in: no link from before works any more."""
    user.links.filter(used_at=None).delete()


def _send_link(workspace: Workspace, user: User, by: User | None) -> OneTimeLink:
    """By mail too, where readers' and staff's pages have a public address; else the link is there to be copied."""
    link = make_link(LinkPurpose.INVITATION, user)
    if workspace.publication.base_url:
        queue(
            workspace,
            AutomaticKind.INVITATION,
            user.email,
            cause=f"invitation:{link.pk}",
            link=str(link.pk),
            person=user.name,
            inviter=by.name if by else CONSOLE,
        )
    return link


def _record(action: str, user: User, by: User | None, **detail: object) -> None:
    record_act(action, f"account {user.pk}", by=by.name if by else CONSOLE, user=by, **detail)
