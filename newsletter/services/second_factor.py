"""The one-time code of an account, which comes with the sign-in library's own table."""

from allauth.mfa.models import Authenticator

from newsletter.models import User


def has_code(user: User) -> bool:
    """Whether a one-time code is asked for when they sign in."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def needs_code(user: User) -> bool:
    """Whether one must be set up first. An account without a password has none to protect: others vouch for it."""
    return user.has_usable_password() and not has_code(user)


def forget_codes(user: User) -> None:
    """Forget the code and what stands in for it, inside the caller's transaction: a telephone was lost."""
    Authenticator.objects.filter(user_id=user.pk).delete()
