"""A body's list beside ours: shown for decision, and nobody dropped in silence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.models import AutomaticMail, Mechanism, Subscriber
from newsletter.services.importing import Fate
from newsletter.services.reconciling import Reconciliation, ask_leavers, reconcile
from newsletter.services.subscribing import add_subscriber, leave
from newsletter.subscribers.importing import ImportFile
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], ImportFile]:
    def make(rows: str) -> ImportFile:
        path = tmp_path / "staff.csv"
        path.write_text("email,name\n" + rows)
        return ImportFile(path)

    return make


@pytest.fixture
def ours(workspace: Workspace) -> dict[str, Subscriber]:
    people = {
        name: add_subscriber(
            workspace, f"{name} Reader <{name.lower()}@cqc.example>", basis="public task", by="Staff", body="cqc"
        )
        for name in ("Ann", "Bob", "Cat", "Dan")
    }
    add_subscriber(workspace, "eve@imb.example", basis="consent", by="Staff", body="imb")
    leave(people["Dan"], mechanism=Mechanism.FORM)
    return people


def names(found: Reconciliation) -> dict[str, list[str]]:
    return {
        "new": [one.address for one in found.joiners],
        "missing": [person.name for person in found.leavers],
        "moved": [f"{move.leaver.name} {move.joiner.address}" for move in found.moves],
        "out": [line.fate for line in found.stayed_out],
    }


@pytest.mark.usefixtures("ours")
def test_who_is_new_missing_moved_and_out(workspace: Workspace, file: Callable[[str], ImportFile]) -> None:
    theirs = file(
        "ann@cqc.example,\nbob.reader@new.example,bob  READER\nfay@cqc.example,Fay\ndan@cqc.example,Dan\nbroken,\n"
    )
    found = reconcile(workspace, "cqc", theirs)
    assert names(found) == {
        "new": ["fay@cqc.example"],
        "missing": ["Cat Reader"],
        "moved": ["Bob Reader bob.reader@new.example"],
        "out": [Fate.STAYED_OUT],
    }
    assert (found.staying, [line.row for line in found.unread]) == (1, [6])
    assert Subscriber.objects.count() == 5
    assert not AutomaticMail.objects.exists()


@pytest.mark.usefixtures("ours")
def test_the_same_beginning_of_an_address_is_a_sign_but_a_name_that_two_share_is_none(
    workspace: Workspace, file: Callable[[str], ImportFile]
) -> None:
    theirs = file("ann@new.example,\nx1@cqc.example,Bob Reader\nx2@cqc.example,Bob Reader\n")
    found = names(reconcile(workspace, "cqc", theirs))
    assert found["moved"] == ["Ann Reader ann@new.example"]
    assert found["missing"] == ["Bob Reader", "Cat Reader"]


def test_who_is_missing_is_asked_once_and_stays(
    workspace: Workspace, ours: dict[str, Subscriber], file: Callable[[str], ImportFile]
) -> None:
    theirs = file("ann@cqc.example,\nbob@cqc.example,\n")
    assert [ask_leavers(workspace, "cqc", theirs, by="Staff") for _ in range(2)] == [1, 0]
    (mail,) = AutomaticMail.objects.all()
    assert (mail.kind, mail.subscriber) == ("stay", ours["Cat"])
    record = ours["Cat"].consent.latest("pk")
    assert (record.event, record.by, record.source) == ("asked", "Staff", "staff.csv")
    ours["Cat"].refresh_from_db()
    assert ours["Cat"].status == "subscribed"
