"""What the sign-in library asks of us: who may have an account, in which words it speaks, where OpenID Connect is."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from newsletter.models import User
from newsletter.services.accounts import record_failure, record_sign_in
from newsletter.web.studio.screen import Screen


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # the library publishes no types
    """Accounts are made by invitation alone."""

    error_messages: ClassVar[Mapping[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address and the password do not belong together. Please try again.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again.",
        "rate_limited": "Too many attempts. Wait five minutes, then try again.",
        "incorrect_code": "This code does not fit. Codes change every half minute: type the newest one.",
        "enter_current_password": "This is not your present password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody signs up."""
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:  # noqa: ARG002
        """What would call for it is asked for in its place: the password, to change it; a link, to set up a code."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """In, and written down."""
        super().login(request, user)
        record_sign_in(user)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:  # noqa: ARG002
        """Written down, where it was somebody's account."""
        record_failure(str(credentials.get("email", "")))

    def is_safe_url(self, url: str) -> bool:
        """After sign-in nobody is led to another website, whatever a Host header says that ours is."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def add_message(self, *_arguments: object, **_options: object) -> None:
        """Our own pages say what happened."""

    def send_mail(self, *_arguments: object, **_options: object) -> None:
        """The library sends no mail: invitations go by the queue of automatic mails."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Who is at the other end; the web server says so where it is trusted to (`[pages] proxy`)."""
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104  (nobody listens there)


class Codes(DefaultMFAAdapter):  # type: ignore[misc]
    """One-time codes, sealed with our key: whoever gets at the database alone can make none."""

    error_messages: ClassVar[Mapping[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code does not fit. Codes change every half minute: type the newest one.",
    }

    def get_totp_issuer(self) -> str:
        """What the telephone shows beside the code."""
        return Screen.of(context.request).workspace.publication.name

    def encrypt(self, text: str) -> str:
        """Sealed."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Opened."""
        return _seal().decrypt(encrypted_text.encode()).decode()


class OpenId(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by an organisation's own accounts, as `[studio.openid]` names them."""

    def list_apps(
        self,
        request: HttpRequest,
        provider: str | None = None,
        client_id: str | None = None,
    ) -> list[SocialApp]:
        """The one that the workspace names; none in the database, where it could be changed unseen."""
        workspace = Screen.of(request).workspace
        openid = workspace.config.studio.openid
        if (
            openid is None
            or provider not in (None, "openid_connect", OPENID)
            or client_id not in (None, openid.client_id)
        ):
            return []
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=OPENID,
                name=openid.name,
                client_id=openid.client_id,
                secret=openid.secret(workspace.root),
                settings={"server_url": openid.issuer, "fetch_userinfo": False, "oauth_pkce_enabled": True},
            )
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Nobody signs up."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The first time, the address that the organisation vouches for finds the account; after that its own number.

        `[studio.openid]` names one organisation's issuer, never everybody's: its administrators decide on addresses.
        """
        if sociallogin.is_existing:
            return
        address = str(sociallogin.user.email or "").strip().lower()
        user = User.objects.filter(email=address, is_active=True).first() if address else None
        if user is not None:
            sociallogin.connect(request, user)


OPENID = "organisation"  # in the address of the page where it begins


def _seal() -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"one-time codes" + str(settings.SECRET_KEY).encode()).digest()))
