"""What tests of the studio share: people with accounts, and browsers in which they are signed in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from clicking import approve
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from furnished import House, furnish
from pytest_django.fixtures import Settings

from newsletter.models import Edition, Role, Subscriber, User
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


ISSUE = """
title: November
preheader: What is new in the month of November
date: 2025-11-07
sections:
  - type: text
    id: hello
    heading: Hello
    text: Good morning to all.
"""


@pytest.fixture
def issue(workspace: Workspace) -> Path:
    """The file of an issue in which nothing is to fix."""
    folder = workspace.issues / "2025-11"
    folder.mkdir(parents=True)
    file = folder / "issue.yaml"
    file.write_text(ISSUE)
    return file


@pytest.fixture
def two(browser_of: Callable[..., Client], make_user: Callable[..., User]) -> tuple[Client, Client]:
    """Two approvers, Ann and Bob, each in a browser of their own."""
    return browser_of(make_user(Role.APPROVER, "Ann")), browser_of(make_user(Role.APPROVER, "Bob"))


@pytest.fixture
def approved(issue: Path, two: tuple[Client, Client]) -> Edition:  # noqa: ARG001  (the file must be there)
    """The issue, approved by both."""
    for person in two:
        approve(person)
    return Edition.objects.get()


@pytest.fixture
def house(workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]) -> House:
    """A workspace with something of everything in it."""
    return furnish(workspace, edition, people(4))
