"""Two presses at the same moment: by two people, by one with a quick finger, in two tabs. Each act is done once."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from newsletter.models import Approval, AuditRecord, Delivery, Edition, Mailing, Role, Subscriber, User
from newsletter.services.planning import plan
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db(transaction=True)

Press = Callable[[Client], Any]


def at_once(clients: Sequence[Client], press: Press) -> list[int]:
    """What they are answered who press together."""
    barrier, statuses = Barrier(len(clients)), list[int]()

    def run(client: Client) -> None:
        barrier.wait()
        statuses.append(press(client).status_code)
        connections.close_all()

    threads = [Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def shown(client: Client, path: str, name: str) -> str:
    page = client.get(path).content.decode()
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, page[-2000:]
    return found[1]


@pytest.fixture
def ann(browser_of: Callable[..., Client], make_user: Callable[..., User]) -> tuple[Client, Client]:
    """One approver, in two tabs."""
    user = make_user(Role.APPROVER, "Ann")
    return browser_of(user), browser_of(user)


@pytest.mark.usefixtures("issue")
def test_two_approvers_at_once_both_count_and_freeze_one_edition(two: tuple[Client, Client]) -> None:
    seen = shown(two[0], "/studio/issues/2025-11/agree?look", "seen")
    assert at_once(two, lambda client: client.post("/studio/issues/2025-11/agree", {"seen": seen})) == [303, 303]
    assert Edition.objects.count() == 1
    assert sorted(Approval.objects.values_list("person", flat=True)) == ["Ann", "Bob"]


@pytest.mark.usefixtures("issue")
def test_one_person_who_presses_twice_approves_once(ann: tuple[Client, Client]) -> None:
    seen = shown(ann[0], "/studio/issues/2025-11/agree?look", "seen")
    statuses = at_once(ann, lambda client: client.post("/studio/issues/2025-11/agree", {"seen": seen}))
    assert set(statuses) <= {303, 400}
    assert Approval.objects.count() == 1


def test_two_who_send_at_once_send_once(
    approved: Edition, two: tuple[Client, Client], people: Callable[..., list[Subscriber]]
) -> None:
    people(3)
    wish = {"to": "everybody", "when": "now", "edition": approved.content_hash, "day": "", "time": "", "again": ""}
    statuses = at_once(two, lambda client: client.post("/studio/issues/2025-11/send", wish))
    assert set(statuses) <= {303, 400}
    assert Mailing.objects.count() == 1


def test_a_list_that_is_taken_in_twice_is_taken_in_once(ann: tuple[Client, Client], workspace: Workspace) -> None:
    sent = SimpleUploadedFile("list.csv", b"email\nann@example.org\nben@example.org\n")
    where = ann[0].post("/studio/people/bring", {"file": sent, "body": ""})["Location"]
    assert 303 in at_once(ann, lambda client: client.post(where, {"basis": "consent"}))
    assert Subscriber.objects.count() == 2
    assert not list(Path(workspace.data / "uploads").glob("*"))


def test_what_we_cannot_tell_is_sent_again_once(
    ann: tuple[Client, Client], workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    people(1)
    mailing = plan(workspace, edition)
    Delivery.objects.update(state="in_doubt", attempt=1)
    number = Delivery.objects.get().pk
    wish = {"ids": [number], "act": "again"}
    statuses = at_once(ann, lambda client: client.post(f"/studio/mailings/{mailing.pk}/doubts", wish))
    assert set(statuses) <= {303, 400}
    assert 303 in statuses
    assert AuditRecord.objects.filter(subject=f"mailing {mailing.pk}", by="Ann").count() == statuses.count(303)
    assert (Delivery.objects.get().state, Delivery.objects.get().attempt) == ("deferred", 1)
