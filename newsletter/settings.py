"""Django's settings, made from the workspace; nothing else in this project reads Django's configuration.

A command calls `setup(workspace)` before it imports a model. Tests, type checks and `makemigrations` name this module
as DJANGO_SETTINGS_MODULE instead and get an empty database in memory.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import ConflictError, InputError, UnavailableError

if TYPE_CHECKING:
    from newsletter.workspace import Workspace

_MEMORY = ":memory:"

# Seconds a writer waits for another process before it gives up; commits themselves take milliseconds.
_BUSY_SECONDS = 20


def _sqlite(name: str) -> dict[str, Any]:
    """One SQLite database that loses no acknowledged commit, also when the power goes.

    WAL with synchronous=NORMAL would lose the last commits in a power cut, and each lost intent is a second mail.
    BEGIN IMMEDIATE takes the write lock at once: a transaction that reads first could otherwise fail in its middle.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,  # opening it and reading the schema takes longer than most pages do
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": _BUSY_SECONDS,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


# Staff's accounts: by invitation, a password with a one-time code, or whoever OpenID Connect vouches for.
_SIGN_IN: dict[str, Any] = {
    "TEMPLATES": [{"BACKEND": "newsletter.web.studio.templates.StudioTemplates", "DIRS": [], "OPTIONS": {}}],
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
        for name, options in (
            ("MinimumLengthValidator", {"min_length": 12}),
            ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
            ("CommonPasswordValidator", {}),
        )
    ],
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "studio-home",
    "SESSION_COOKIE_NAME": "studio",
    "SESSION_COOKIE_AGE": 12 * 3600,  # a working day
    "SESSION_COOKIE_PATH": "/studio/",
    "CSRF_USE_SESSIONS": True,  # one cookie; and none that another server of the same domain could set
    "CSRF_FAILURE_VIEW": "newsletter.web.studio.failing.not_our_form",
    "ACCOUNT_ADAPTER": "newsletter.web.studio.sign_in.Accounts",
    "ACCOUNT_FORMS": {
        "login": "newsletter.web.studio.forms.SignInForm",
        "change_password": "newsletter.web.studio.forms.NewPasswordForm",
    },
    "MFA_FORMS": {
        "authenticate": "newsletter.web.studio.forms.CodeForm",
        "activate_totp": "newsletter.web.studio.forms.FirstCodeForm",
    },
    "ACCOUNT_LOGIN_METHODS": {"email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
    "ACCOUNT_SESSION_REMEMBER": True,
    "ACCOUNT_RATE_LIMITS": {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "change_password": "5/m/user"},
    "MFA_ADAPTER": "newsletter.web.studio.sign_in.Codes",
    "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
    "MFA_TOTP_TOLERANCE": 1,  # telephones' clocks are not exact
    "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    "SOCIALACCOUNT_ADAPTER": "newsletter.web.studio.sign_in.OpenId",
    "SOCIALACCOUNT_STORE_TOKENS": False,
}


def _options(database: str, secret: str, zone: str) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret,
        "INSTALLED_APPS": [
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "newsletter",
            "allauth",
            "newsletter.web.studio.apps.Accounts",
            "allauth.socialaccount",
            "allauth.socialaccount.providers.openid_connect",
            "allauth.mfa",
            "allauth.usersessions",
        ],
        "MIGRATION_MODULES": {"newsletter": "newsletter.models.migrations"},
        "AUTH_USER_MODEL": "newsletter.User",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "DATABASES": {"default": _sqlite(database)},
        "ROOT_URLCONF": "newsletter.web.site",
        "MIDDLEWARE": [  # no session and no cookie for readers: what staff's pages need stands in web.studio.guard
            "newsletter.web.public.headers.SecurityHeaders",
            "django.middleware.http.ConditionalGetMiddleware",
        ],
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 12_000_000,  # of a reply that a provider posts; pages have limits below it
        "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.MemoryFileUploadHandler"],
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 12_000_000,  # nothing that was sent in touches the disk before it was looked at
        "ALLOWED_HOSTS": ["*"],  # nothing is ever made of the Host header: links begin with base_url
        "USE_TZ": True,
        "TIME_ZONE": zone,
        **_SIGN_IN,
        "LOGGING_CONFIG": None,  # the command line sets logging up; Django's own would print SQL parameters at DEBUG
    }


def database_path(workspace: "Workspace") -> Path:
    """The SQLite file of a workspace; InputError for an address this release does not serve."""
    kind, mark, place = workspace.database_url.partition(":///")
    if kind != "sqlite" or not mark or not place:
        raise InputError(
            "[database] url in newsletter.toml must be sqlite:///path/to/file, such as sqlite:///data/newsletter.sqlite3"
        )
    return workspace.root / place


def begin(workspace: "Workspace") -> None:
    """Make an empty database and then its key, both for their owner alone; nothing happens where there is one.

    In this order, because a key without a database tells of one that was lost. Raises UnavailableError as `setup` does.
    """
    path = database_path(workspace)
    if not path.exists():
        _make_folder(path.parent)
        path.touch(mode=0o600)
        workspace.secret()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"The folder {folder} can't be made: {error.strerror}.") from None


def setup(workspace: "Workspace") -> None:
    """Point Django at this workspace's database; called before the first model is imported, and again for the next.

    Raises UnavailableError where its folder can't be made, ConflictError in the middle of a change to another one.
    """
    import django
    from django.conf import settings

    path = database_path(workspace)
    _make_folder(path.parent)
    if settings.configured:
        _repoint(str(path))
        return
    settings.configure(**_options(str(path), _signing_secret(workspace), workspace.publication.timezone))
    django.setup()


def _signing_secret(workspace: "Workspace") -> str:
    """What Django signs with. No key is made here: who looks at a workspace leaves it as it was, and a loss is told."""
    from newsletter.services.keys import key_of

    if not workspace.secret_path.exists():
        return secrets.token_hex(32)  # of this process alone
    return key_of(workspace).derive("django").hex()


@contextmanager
def another_file(path: Path) -> Iterator[None]:
    """Work on another database file for as long as the block lasts."""
    from django.db import connection

    usual = connection.settings_dict["NAME"]
    _repoint(str(path))
    try:
        yield
    finally:
        _repoint(usual)


def _repoint(name: str) -> None:
    """Serve another workspace from here on: one process may run the demo in a scratch folder, then something else."""
    from django.db import connections

    connection = connections["default"]
    if connection.settings_dict["NAME"] == name:
        return
    if connection.in_atomic_block:
        raise ConflictError("This process is in the middle of a change to another workspace's database.")
    connections.close_all()
    connection.settings_dict["NAME"] = name


globals().update(_options(_MEMORY, "only for tests and type checks; a workspace brings its own", "UTC"))
