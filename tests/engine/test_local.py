"""Threads in this process carry a mailing out, each over a connection of its own."""

import socket
import threading
from collections.abc import Callable, Iterator
from threading import Barrier, Event

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction

from newsletter.engine.local import LocalEngine, send_here
from newsletter.errors import UnavailableError
from newsletter.models import Attempt, Delivery, Edition, Subscriber
from newsletter.services.planning import plan
from newsletter.workspace import Workspace

MakePeople = Callable[..., list[Subscriber]]


class Catcher:
    """Takes all mail but that for one reader."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[tuple[str, bytes]] = []
        self.peers: set[tuple[str, int]] = set()

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.peers.add(session.peer)
        if envelope.rcpt_tos == ["reader3@example.org"]:
            return "550 5.1.1 no such person"
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 2.0.0 taken"


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        handler = Catcher(probe.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.mark.django_db(transaction=True)
def test_a_mailing_reaches_everybody_over_smtp_by_several_connections(
    make_workspace: Callable[..., Workspace], edition: Edition, people: MakePeople, catcher: Catcher
) -> None:
    workspace = make_workspace(NEWSLETTER__SENDING__TRANSPORT=f"smtp://127.0.0.1:{catcher.port}")
    people(60)
    told: list[int] = []
    receipt = send_here(workspace, plan(workspace, edition), progress=lambda state: told.append(state.open))
    assert receipt.sentence == "60 chosen = 59 accepted + 1 sent back by their mail system"
    assert sorted(address for address, _ in catcher.taken) == sorted(
        f"reader{number}@example.org" for number in range(60) if number != 3
    )
    assert len(catcher.peers) >= 2
    refused = Delivery.objects.get(state="refused")
    assert (refused.code, refused.enhanced) == (550, "5.1.1")
    assert Attempt.objects.count() == 60
    assert told[-1] == 0


@pytest.mark.django_db(transaction=True)
def test_a_practice_mailing_becomes_files_in_the_outbox(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(25)
    mailing = plan(workspace, edition)
    assert send_here(workspace, mailing).sentence == "25 chosen = 25 accepted"
    assert len(list((workspace.outbox / mailing.uid).glob("*.eml"))) == 25


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_not_there_is_told_and_marks_nobody(
    make_workspace: Callable[..., Workspace], edition: Edition, people: MakePeople
) -> None:
    people(3)
    workspace = make_workspace(NEWSLETTER__SENDING__TRANSPORT="smtp://127.0.0.1:9")
    with pytest.raises(UnavailableError):
        send_here(workspace, plan(workspace, edition))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"pending"}


@pytest.mark.django_db(transaction=True)
def test_an_interruption_ends_the_workers_after_their_batch(
    workspace: Workspace, edition: Edition, people: MakePeople
) -> None:
    people(200)
    mailing = plan(workspace, edition)

    def interrupt(_receipt: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_here(workspace, mailing, progress=interrupt)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("newsletter")]
    assert not Delivery.objects.filter(state__in=("claimed", "transmitting")).exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_after_the_commit_and_is_forgotten_with_a_rollback() -> None:
    ran: list[int] = []

    def note(number: int) -> None:
        ran.append(number)

    with LocalEngine({"note": note}, threads=1) as engine:
        with transaction.atomic():
            engine.defer("note", number=1)
            assert engine.join()
            assert ran == []
        with transaction.atomic():
            engine.defer("note", number=2)
            transaction.set_rollback(True)
        assert engine.join()
    assert ran == [1]


@pytest.mark.django_db(transaction=True)
def test_jobs_run_side_by_side_and_joining_may_give_up_waiting() -> None:
    together, end = Barrier(3, timeout=10), Event()

    def meet() -> None:
        together.wait()
        end.wait(10)

    with LocalEngine({"meet": meet}, threads=2) as engine:
        engine.defer("meet")
        engine.defer("meet")
        together.wait()
        assert not engine.join(0.01)
        end.set()
        assert engine.join()


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_is_told_where_it_is_waited_for_and_an_unknown_one_at_once() -> None:
    def fail() -> None:
        raise UnavailableError("no")

    with LocalEngine({"fail": fail}, threads=1) as engine:
        engine.defer("fail")
        with pytest.raises(UnavailableError):
            engine.join()
        assert engine.join()
        with pytest.raises(KeyError):
            engine.defer("dance")
