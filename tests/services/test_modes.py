"""In practice nothing leaves this computer, and going live is one recorded act."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from newsletter.errors import ConflictError, InputError
from newsletter.models import AuditRecord, Edition, Mailing
from newsletter.services.modes import go_live, is_practice
from newsletter.services.routing import is_local_catcher, open_route, route_url
from newsletter.workspace import Workspace

MakeWorkspace = Callable[..., Workspace]

pytestmark = pytest.mark.django_db

REAL = "smtp://bulletin@mail.example.org:587"


def test_a_new_workspace_is_in_practice_until_somebody_takes_it_live(workspace: Workspace) -> None:
    assert is_practice(workspace)
    go_live(workspace, by="Ann")
    assert not is_practice(workspace)
    assert list(AuditRecord.objects.values_list("action", "by")) == [("mode", "Ann")]
    with pytest.raises(ConflictError, match="live already"):
        go_live(workspace, by="Bob")


def test_going_live_needs_a_name(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="--by"):
        go_live(workspace, by=" ")
    assert is_practice(workspace)


def test_a_copy_of_a_live_workspace_is_in_practice(make_workspace: MakeWorkspace) -> None:
    go_live(make_workspace("original"), by="Ann")
    assert is_practice(make_workspace("copy"))


def test_in_practice_every_route_is_the_outbox_but_one_on_this_computer(make_workspace: MakeWorkspace) -> None:
    real = make_workspace(NEWSLETTER__SENDING__TRANSPORT=REAL)
    here = make_workspace(NEWSLETTER__SENDING__TRANSPORT="smtp://127.0.0.1:2525")
    assert route_url(real, practice=True) == "outbox:"
    assert route_url(here, practice=True) == "smtp://127.0.0.1:2525"
    assert route_url(real, practice=False) == REAL


@pytest.mark.parametrize(
    "url", ["smtp://localhost:2525", "smtp://127.0.0.1:1025", "smtp://u@127.9.9.9:1", "smtps://[::1]:4650"]
)
def test_a_catcher_on_this_computer_is_known(url: str) -> None:
    assert is_local_catcher(url)


@pytest.mark.parametrize(
    "url",
    [
        REAL,
        "smtp://localhost.example.org",
        "smtp://127.0.0.1.example.org",
        "smtp://127.0.0.1@mail.example.org",
        "smtp://0.0.0.0",
        "smtp:///127.0.0.1",
        "https://127.0.0.1",
        "outbox:",
        "smtp://127.0.0.1",
        "smtp://localhost:25",
        "smtp://127.0.0.1:587",
        "smtps://[::1]:465",
        "smtp://127.0.0.1:many",
    ],
)
def test_anything_else_may_pass_mail_on(url: str) -> None:
    assert not is_local_catcher(url)


def mailing_in(edition: Edition, *, practice: bool) -> Mailing:
    now = timezone.now()
    return Mailing.objects.create(edition=edition, transport="outbox:", practice=practice, planned_at=now)


def test_a_practice_mailing_lands_in_the_outbox_even_after_going_live(
    make_workspace: MakeWorkspace, edition: Edition
) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__TRANSPORT=REAL)
    go_live(workspace, by="Ann")
    assert open_route(workspace, mailing_in(edition, practice=True))().name == "local outbox"


def test_a_live_mailing_in_a_copy_is_not_marked_as_sent_by_an_outbox(workspace: Workspace, edition: Edition) -> None:
    with pytest.raises(ConflictError, match="planned live"):
        open_route(workspace, mailing_in(edition, practice=False))
