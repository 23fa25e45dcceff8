"""Timed jobs: each comes round by itself, a bad round is not the last, and stopping waits for what has begun."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from newsletter.engine.timetable import TIMETABLE, TimedJob, running, timetable_of
from newsletter.errors import UnavailableError
from newsletter.models import Edition, Mailing, Mechanism, PostedKind, Reply, Subscriber
from newsletter.services.deciding import take_off
from newsletter.services.planning import plan
from newsletter.services.posting import Sender, post
from newsletter.subscribers.addresses import parse_address
from newsletter.workspace import Workspace


def until(done: Callable[[], bool], seconds: float = 5) -> None:
    for _ in range(int(seconds * 100)):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError(f"it did not happen within {seconds} seconds")


def test_a_job_comes_round_and_a_slow_one_holds_up_no_other(workspace: Workspace) -> None:
    rounds: list[int] = []
    slow = TimedJob(name="slow", seconds=0, work=lambda _workspace, stop: stop.wait(20))
    quick = TimedJob(name="quick", seconds=0.01, work=lambda _workspace, _stop: rounds.append(1))
    with running(workspace, [slow, quick]):
        until(lambda: len(rounds) > 2)


@pytest.mark.parametrize("error", [UnavailableError("the server is away"), ZeroDivisionError("reader@example.org")])
def test_a_bad_round_is_told_without_names_and_is_not_the_last(
    workspace: Workspace, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[int] = []

    def bad(_workspace: Workspace, _stop: threading.Event) -> None:
        rounds.append(1)
        raise error

    caplog.set_level(logging.INFO)
    with running(workspace, [TimedJob(name="bad", seconds=0.01, work=bad)]):
        until(lambda: len(rounds) > 1)
    assert "bad" in caplog.text
    assert "reader@" not in caplog.text


def test_stopping_waits_for_what_has_begun(workspace: Workspace) -> None:
    ended: list[int] = []
    begun = threading.Event()

    def work(_workspace: Workspace, stop: threading.Event) -> None:
        begun.set()
        stop.wait(20)
        time.sleep(0.1)
        ended.append(1)

    with running(workspace, [TimedJob(name="work", seconds=60, work=work)]):
        assert begun.wait(5)
    assert ended == [1]


@pytest.mark.django_db(transaction=True)
def test_who_leaves_is_off_the_list_while_the_mail_server_hangs(
    make_workspace: Callable[..., Workspace], people: Callable[..., list[Subscriber]]
) -> None:
    first, second = people(2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        workspace = make_workspace(NEWSLETTER__SENDING__TRANSPORT=f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        take_off(workspace, first, mechanism=Mechanism.LINK)
        jobs = [job for job in TIMETABLE if job.name in ("forms", "notices")]
        with running(workspace, jobs):
            caller, _ = silent.accept()
            sender = Sender(network="", language="en")
            post(workspace, PostedKind.LEAVE, parse_address(second.address), sender)
            until(lambda: Subscriber.objects.get(pk=second.pk).status == "unsubscribed")
            caller.close()
            silent.close()


@pytest.mark.django_db(transaction=True)
def test_a_schedule_that_is_due_is_sent(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    people(3)
    mailing = plan(workspace, edition, at=timezone.now() + timedelta(seconds=0.2))
    send = [TimedJob(name=job.name, seconds=0.1, work=job.work) for job in TIMETABLE if job.name == "send"]
    with running(workspace, send):
        until(lambda: Mailing.objects.get(pk=mailing.pk).state == "finished")
    assert len(list((workspace.outbox / mailing.uid).glob("*.eml"))) == 3


@pytest.mark.django_db(transaction=True)
def test_replies_are_looked_for_and_dealt_with_by_the_timetable(
    make_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "mail" / part).mkdir(parents=True)
    workspace = make_workspace(NEWSLETTER__INBOX__SOURCES=f'["maildir:{tmp_path}/mail", "lmtp://127.0.0.1:0"]')
    (tmp_path / "mail" / "new" / "1").write_bytes(b"From: vera@home.example\n\nPlease add me to the mailing list.\n")
    jobs = [job for job in timetable_of(workspace) if job.name in ("mailbox-1", "replies")]
    assert [job.seconds for job in jobs] == [2, workspace.config.inbox.poll_seconds]
    with running(workspace, jobs):
        until(lambda: Reply.objects.filter(state="classified", intent="subscribe_self").exists(), seconds=60)
