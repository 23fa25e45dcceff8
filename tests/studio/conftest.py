"""What tests of the studio share: people with accounts, and browsers in which they are signed in."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.models import Role, User
from newsletter.workspace import Workspace


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The real hash takes a third of a second on purpose, each time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:  # noqa: ARG001
    """Makes accounts at example.org, one a role. Without a password somebody else vouches for them."""

    def make(role: str = Role.EDITOR, name: str = "", password: str | None = None, **columns: object) -> User:
        address = f"{name or role}@example.org".lower().replace(" ", ".")
        columns = {"last_login": timezone.now(), **columns}
        return User.objects.create_user(address, password, name=name or f"An {role}", role=role, **columns)

    return make


@pytest.fixture
def browser_of(workspace: Workspace, db: None) -> Callable[..., Client]:  # noqa: ARG001
    """A browser, with somebody signed in or with nobody; it is asked for the form's mark only where `strict`."""
    cache.clear()

    def browser(user: User | None = None, *, strict: bool = False, at: Workspace = workspace) -> Client:
        client = Client(enforce_csrf_checks=strict, **{"newsletter.workspace": at})
        if user is not None:
            client.force_login(user)
        return client

    return browser


@pytest.fixture
def browser(browser_of: Callable[..., Client], make_user: Callable[..., User]) -> Client:
    """An administrator's."""
    return browser_of(make_user(Role.ADMINISTRATOR))
