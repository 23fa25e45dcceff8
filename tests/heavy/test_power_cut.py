"""The ledger's own SQL on a disk that forgets what was not synced, or is full: no body ever left without its intent.

A mailing is really sent, over the fast engine and eight connections, while every statement and every acceptance is
written down in its order. That script is then run again and again on a fragile disk, and cut short at random.
"""

import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import apsw
import pytest
from django.db import connection
from fast_sink import Sink
from fragile_disk import FragileDisk

from newsletter.models import Edition, Subscriber
from newsletter.services.planning import plan
from newsletter.services.sending import Dispatch, JobTable, send_mailing
from newsletter.transports import open_transport
from newsletter.workspace import Workspace

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True)]

PEOPLE = 400
CUTS = 60
BEGUN = "SELECT count(*) FROM newsletter_delivery d JOIN newsletter_subscriber s ON s.id = d.subscriber_id"
ACKNOWLEDGED = "WHERE s.address = ? AND d.state NOT IN ('pending', 'claimed')"

_disks = count()


@dataclass(frozen=True)
class Accepted:
    """Stands in the script where the server took a copy."""

    address: str


@dataclass(frozen=True)
class Recording:
    """A database as it was when sending began, and what was done to it."""

    database: bytes
    script: tuple[str | Accepted, ...]


class InlineJobs:
    """Runs each job in this thread as soon as it is deferred."""

    def __init__(self, table: JobTable) -> None:
        self._table = table

    def defer(self, job: str, **ids: int) -> None:
        self._table[job](**ids)

    def join(self, _seconds: float | None = None) -> bool:
        return True


def sink(witness: Callable[[bytes], None]) -> int:
    """Serves until this process ends; gives its port."""
    server = Sink(0, ["sink", "8BITMIME", "PIPELINING"], witness)
    threading.Thread(target=server.run, daemon=True).start()
    return server.port


@pytest.fixture
def recording(
    workspace: Workspace, edition: Edition, people: Callable[..., list[Subscriber]], tmp_path: Path
) -> Recording:
    people(PEOPLE)
    mailing = plan(workspace, edition)
    script: list[str | Accepted] = []
    with closing(sqlite3.connect(tmp_path / "begin.sqlite3")) as copy:
        connection.connection.backup(copy)
    url = f"smtp://127.0.0.1:{sink(lambda address: script.append(Accepted(address.decode())))}"
    transport = open_transport(url, outbox=tmp_path, password=None, connections=8)
    dispatch = Dispatch(workspace=workspace, mailing=mailing, open_transport=lambda: transport)
    connection.connection.set_trace_callback(script.append)
    receipt = send_mailing(dispatch, InlineJobs(dispatch.jobs))
    connection.connection.set_trace_callback(None)
    assert receipt.count("accepted") == sum(isinstance(step, Accepted) for step in script) == PEOPLE
    return Recording((tmp_path / "begin.sqlite3").read_bytes(), tuple(script))


@contextmanager
def replayed(
    recording: Recording, folder: Path, *, steps: int, durability: str, room: int | None = None
) -> Iterator[tuple[FragileDisk, list[str]]]:
    """The disk after so many steps, or fewer where it is full; and whose copies the server had taken by then."""
    folder.mkdir()
    (folder / "ledger").write_bytes(recording.database)
    disk = FragileDisk(f"fragile{next(_disks)}")
    taken: list[str] = []
    with closing(apsw.Connection(str(folder / "ledger"), vfs=disk.name)) as database:
        modes = f"PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous={durability}"
        database.execute(modes).fetchall()
        disk.room = room
        for step in recording.script[:steps]:
            if isinstance(step, Accepted):
                taken.append(step.address)
                continue
            try:
                database.execute(step).fetchall()
            except apsw.FullError:
                break
        yield disk, taken
        disk.room = None  # closing it copies the log into the database


def unrecorded(found: dict[str, bytes], taken: list[str], folder: Path) -> int:
    """How many copies were taken by the server and are not known to have left, in what is found on the disk."""
    folder.mkdir()
    for name, content in found.items():
        (folder / name).write_bytes(content)
    with closing(sqlite3.connect(folder / "ledger")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        known = (database.execute(f"{BEGUN} {ACKNOWLEDGED}", [address]).fetchone()[0] for address in taken)
        return len(taken) - sum(known)


def cut(recording: Recording, folder: Path, seed: int, durability: str) -> int:
    chance = random.Random(seed)
    steps = chance.randrange(len(recording.script))
    with replayed(recording, folder / f"run{seed}", steps=steps, durability=durability) as (disk, taken):
        found = disk.after_power_cut(chance if seed % 2 else None)
    return unrecorded(found, taken, folder / f"cut{seed}")


def test_a_power_cut_loses_no_acknowledged_intent(recording: Recording, tmp_path: Path) -> None:
    assert [cut(recording, tmp_path, seed, "FULL") for seed in range(CUTS)] == [0] * CUTS


def test_with_less_durable_commits_it_would(recording: Recording, tmp_path: Path) -> None:
    """Or the disk of this proof would not be fragile at all."""
    assert any(cut(recording, tmp_path, seed, "NORMAL") for seed in range(5))


def test_on_a_full_disk_nothing_leaves_without_intent_and_the_ledger_stays_sound(
    recording: Recording, tmp_path: Path
) -> None:
    for seed in range(CUTS):
        room = random.Random(seed).randrange(2_000_000)
        run = tmp_path / f"full{seed}"
        with replayed(recording, run, steps=len(recording.script), durability="FULL", room=room) as (disk, taken):
            found = disk.after_power_cut()
        assert unrecorded(found, taken, tmp_path / f"found{seed}") == 0
