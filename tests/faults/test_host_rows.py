"""Faults of this computer, rows 16 and 36 to 55 of the table: disk, database, clock, and people who press buttons."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from desk import Desk
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from killing import scene
from smtp_misbehaving import Misbehaving

from newsletter.errors import UnavailableError
from newsletter.models import Delivery, Edition, Subscriber
from newsletter.services import journal, ledger
from newsletter.services.planning import plan
from newsletter.services.schedules import fire_due
from newsletter.services.write_ahead import tend
from newsletter.workspace import Workspace

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("short_waits")]

ALL = "9 chosen = 9 accepted"


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_WAITS", (0.05, 0.5))


@contextmanager
def pragma(name: str, value: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        before = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        cursor.execute(f"PRAGMA {name} = {value}")
        yield
        cursor.execute(f"PRAGMA {name} = {before}")


def copies(server: Misbehaving) -> list[bytes]:
    return [body.partition(b"\r\nTo: ")[2].split(b"\r\n")[0] for body in server.bodies]


def test_an_outcome_that_cannot_be_recorded_stops_the_run_and_leaves_doubt(
    fast_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refusals = ledger.settle, []

    def refuse_outcomes(outcomes: list[object], intents: list[int], **facts: object) -> object:
        if outcomes:
            refusals.append(1)
            raise OperationalError("database or disk is full")
        return real(outcomes, intents, **facts)

    with fast_desk.serve() as server:
        with monkeypatch.context() as patch:
            patch.setattr(ledger, "settle", refuse_outcomes)
            with pytest.raises(UnavailableError, match="can't be written"):
                fast_desk.send(server)
        assert len(refusals) == 3
        taken = len(server.bodies)
        assert 1 <= taken <= 2
        assert fast_desk.send(server) == f"9 chosen = {9 - taken} accepted + {taken} we can't tell"
    assert len(set(copies(server))) == len(server.bodies) == 9


@pytest.mark.parametrize("fast_desk", [300], indirect=True)
def test_on_a_full_disk_nothing_leaves_without_intent_and_the_database_stays_sound(fast_desk: Desk) -> None:
    with fast_desk.serve() as server:
        with connection.cursor() as cursor:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        with pragma("max_page_count", pages + 2), pytest.raises(UnavailableError, match="free disk space"):
            fast_desk.send(server)
        begun = Delivery.objects.exclude(state__in=("pending", "claimed")).count()
        assert 0 < len(server.bodies) <= begun < 300
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        fast_desk.send(server)
    assert len(set(copies(server))) == len(server.bodies) == 300
    assert fast_desk.states().keys() <= {"accepted", "in_doubt"}
    assert fast_desk.states().get("in_doubt", 0) <= 2


def test_a_database_that_somebody_holds_is_waited_for(fast_desk: Desk, ledger_file: Path) -> None:
    fast_desk.mailing.refresh_from_db()
    held = threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(ledger_file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            held.set()
            time.sleep(0.3)
            other.execute("ROLLBACK")

    with fast_desk.serve() as server:
        holder = threading.Thread(target=hold)
        holder.start()
        held.wait()
        assert fast_desk.send(server) == ALL
        holder.join()


def test_a_database_that_is_held_for_good_lets_nothing_leave(
    fast_desk: Desk, ledger_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ledger.claim
    other = sqlite3.connect(ledger_file, isolation_level=None)

    def claim_and_be_locked_out(*words: object, **facts: object) -> object:
        rows = real(*words, **facts)
        other.execute("BEGIN IMMEDIATE")
        return rows

    with fast_desk.serve() as server, pragma("busy_timeout", 20):
        monkeypatch.setattr(ledger, "claim", claim_and_be_locked_out)
        with pytest.raises((UnavailableError, OperationalError)):
            fast_desk.send(server)
        assert server.bodies == []
        other.close()
        monkeypatch.setattr(ledger, "claim", real)
        assert fast_desk.send(server) == ALL


def test_a_write_takes_the_lock_when_it_begins() -> None:
    """A transaction that reads first and then writes could fail in its middle, whatever the time to wait."""
    script: list[str] = []
    connection.ensure_connection()
    connection.connection.set_trace_callback(script.append)
    with transaction.atomic():
        Subscriber.objects.count()
    connection.connection.set_trace_callback(None)
    assert script[0] == "BEGIN IMMEDIATE"


def test_a_log_that_grows_is_begun_anew_and_a_reader_in_the_way_is_told(
    people: Callable[..., list[Subscriber]], ledger_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    people(50)
    log = Path(f"{ledger_file}-wal")
    with closing(sqlite3.connect(ledger_file, isolation_level=None)) as reader, pragma("busy_timeout", 20):
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM newsletter_subscriber").fetchone()
        people(50)
        with caplog.at_level(logging.WARNING):
            assert not tend(most=0)
        assert "another program keeps reading" in caplog.text
    assert tend(most=0)
    assert log.stat().st_size == 0


def test_a_database_that_cannot_be_written_or_read_stops_the_run_and_names_the_backup(
    make_workspace: Callable[..., Workspace],
) -> None:
    with scene(make_workspace().root, people=20, connections=1) as mailing:
        database = mailing.root / "data" / "newsletter.sqlite3"
        for left in database.parent.glob("newsletter.sqlite3-*"):
            left.unlink()
        database.write_bytes(b"not a database at all" * 400)
        command = [sys.executable, "-m", "newsletter", "-C", str(mailing.root), "resume", "1"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert told.returncode == 3
        assert "backups" in told.stderr
        assert "Traceback" not in told.stderr
        assert mailing.taken() == []


def test_a_database_that_was_deleted_is_not_begun_anew(make_workspace: Callable[..., Workspace]) -> None:
    """An empty one would know neither who left nor what went out: the list imported again would get it all again."""
    with scene(make_workspace().root, people=20, connections=1) as mailing:
        database = mailing.root / "data" / "newsletter.sqlite3"
        for left in database.parent.glob("newsletter.sqlite3*"):
            left.unlink()
        for command in (["resume", "1"], ["status"], ["subscribers", "stats"]):
            whole = [sys.executable, "-m", "newsletter", "-C", str(mailing.root), *command]
            told = subprocess.run(whole, capture_output=True, text=True, timeout=60)
            assert told.returncode == 3
            assert "put back the latest copy from data/backups" in told.stderr
        assert not database.exists()
        assert mailing.taken() == []


def test_a_database_that_is_read_only_lets_nothing_leave(fast_desk: Desk) -> None:
    with fast_desk.serve() as server:
        with pragma("query_only", 1), pytest.raises((UnavailableError, OperationalError)):
            fast_desk.send(server)
        assert server.connections == 0 or server.bodies == []
        assert fast_desk.send(server) == ALL


def test_sigterm_ends_with_every_answer_recorded(make_workspace: Callable[..., Workspace]) -> None:
    with scene(make_workspace().root, people=3_000, connections=4) as mailing:
        environment = {
            "NEWSLETTER__SENDING__TRANSPORT": f"smtp://127.0.0.1:{mailing.port}",
            "NEWSLETTER__SENDING__CONNECTIONS": "4",
            "NEWSLETTER__SENDING__PACE__PER_SECOND": "500",
        }
        command = [sys.executable, "-m", "newsletter", "-C", str(mailing.root), "resume", "1"]
        with subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True) as process:
            while len(mailing.taken()) < 50:
                assert process.poll() is None
                time.sleep(0.01)
            process.send_signal(signal.SIGTERM)
            told, _ = process.communicate(timeout=30)
        states = mailing.states()
        assert states.keys() == {"accepted", "pending"}
        assert states["accepted"] == len(mailing.taken()) < 3_000
        assert "newsletter resume 1" in told


@pytest.mark.parametrize("jump", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_clock_that_jumps_sends_nothing_twice(
    fast_desk: Desk, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    real, claims = timezone.now, []
    claim = ledger.claim

    def jumped() -> datetime:
        return real() + (jump if claims else timedelta())

    def claim_and_jump(*words: object, **facts: object) -> list[object]:
        rows = claim(*words, **facts)
        claims.append(len(rows))
        return rows

    with fast_desk.serve() as server:
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", jumped)
            patch.setattr(ledger, "claim", claim_and_jump)
            fast_desk.send(server)
        assert fast_desk.mailing.state == "finished" or fast_desk.send(server) == ALL
    assert sorted(set(copies(server))) == sorted(copies(server))
    assert len(server.bodies) == 9


def test_a_computer_that_slept_over_the_moment_asks_a_person(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]]
) -> None:
    people(3)
    now = timezone.now()
    mailing = plan(workspace, edition, at=now + timedelta(hours=1))
    assert fire_due(workspace, now) == []
    assert fire_due(workspace, now + timedelta(hours=1, minutes=1)) == [mailing]
    assert fire_due(workspace, now + timedelta(days=1)) == []
    mailing.refresh_from_db()
    assert mailing.state == "needs_approval"
