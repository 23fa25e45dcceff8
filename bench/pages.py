"""Readers' pages under load: 50 clients at once, on SQLite, while the same process sends a mailing.

    .venv/bin/python bench/pages.py [--clients 50] [--seconds 15] [--people 40000]

Each client keeps one connection. Of five requests three read (the list of issues, an issue, the page for leaving) and
two press a mail program's unsubscribe button for somebody else each time. Once quiet, once while a mailing to all these
people leaves over SMTP; both are answered by `newsletter serve`, as it is. At the end every press that was answered
must stand in the list, in the consent record and in the queue of notices, and the mailing's sum must add up.
"""

import argparse
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
_ONE_CLICK = b"List-Unsubscribe=One-Click"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_READS = ("/archive/", "/archive/2025-11/", "/unsubscribe")


@dataclass(kw_only=True)
class Told:
    """What the clients of one round saw."""

    reads: list[float] = field(default_factory=list)  # seconds each
    presses: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0

    def line(self, name: str) -> str:
        """A row of the table."""
        both = len(self.reads) + len(self.presses)
        rate = f"{both / self.seconds:,.0f}"
        return f"| {name} | {rate} | {_times(self.reads)} | {_times(self.presses)} | {len(self.wrong)} |"


def _times(values: list[float]) -> str:
    cuts = statistics.quantiles(values, n=100)
    return f"{cuts[49] * 1000:.0f} / {cuts[98] * 1000:.0f} ms"


def client(port: int, tokens: Iterator[str], lock: threading.Lock, until: float, told: Told) -> None:
    """One client: reads and presses until the time is over."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for turn in range(1_000_000):
        if time.perf_counter() > until:
            break
        presses = turn % 5 in (1, 3)
        with lock:
            token = next(tokens) if presses else ""
        begun = time.perf_counter()
        try:
            if presses:
                connection.request("POST", f"/u/{token}", _ONE_CLICK, _FORM)
            else:
                connection.request("GET", _READS[turn % len(_READS)])
            answer = connection.getresponse()
            answer.read()
        except OSError as error:
            told.wrong.append(type(error).__name__)
            connection.close()
            continue
        (told.presses if presses else told.reads).append(time.perf_counter() - begun)
        if answer.status != 200:
            told.wrong.append(f"{answer.status}")
    connection.close()


def load(port: int, tokens: Iterator[str], clients: int, seconds: float) -> Told:
    """All clients at once."""
    told, lock, begun = Told(), threading.Lock(), time.perf_counter()
    threads = [
        threading.Thread(target=client, args=(port, tokens, lock, begun + seconds, told)) for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.seconds = time.perf_counter() - begun
    return told


@contextmanager
def process(*command: str, ready: str, environment: dict[str, str]) -> Iterator[int]:
    """A process that prints its port when it is ready."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout
        found = re.search(ready, started.stdout.readline())
        assert found
        try:
            yield int(found[1])
        finally:
            started.terminate()
            started.wait(60)


def prepare(folder: Path, people: int, transport: str) -> "Workspace":
    """The sample's workspace with its November issue approved, and these people."""
    for name in ("issues", "subscribers"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "newsletter.toml", folder)
    from newsletter.settings import setup
    from newsletter.workspace import load_workspace

    settings = {
        "NEWSLETTER__NEWSLETTER__BASE_URL": "http://127.0.0.1",
        "NEWSLETTER__SENDING__TRANSPORT": transport,
        "NEWSLETTER__APPROVAL__PEOPLE": "1",
    }
    os.environ.update(settings)
    workspace = load_workspace(folder)
    workspace.data.mkdir()
    setup(workspace)
    from sender import _people

    from newsletter.services.approving import approve
    from newsletter.services.migrating import migrate

    migrate(workspace)
    _people(people)
    approve(workspace, "2025-11", by="Ann", gate=lambda _issue, _versions: [])
    return workspace


def publish_to_one(workspace: "Workspace") -> None:
    """Something stands in the archive before the large mailing begins."""
    from django.utils import timezone

    from newsletter.models import Mailing
    from newsletter.services.approvals import sendable_edition
    from newsletter.services.planning import new_mailing

    mailing = new_mailing(workspace, sendable_edition(workspace, "2025-11"), reason="to have an archive")
    Mailing.objects.filter(pk=mailing.pk).update(started_at=timezone.now(), state="finished")


def schedule(workspace: "Workspace") -> int:
    """A mailing to everybody that `serve` sends by itself; waits until it has begun, and returns its number."""
    from django.utils import timezone

    from newsletter.models import Delivery, Mailing
    from newsletter.services.approvals import sendable_edition
    from newsletter.services.planning import plan

    soon = timezone.now() + timedelta(seconds=1)
    mailing = plan(workspace, sendable_edition(workspace, "2025-11"), at=soon)
    while not Delivery.objects.filter(mailing=mailing, state="accepted").exists():
        time.sleep(0.1)
        assert Mailing.objects.get(pk=mailing.pk).state in ("scheduled", "sending")
    return int(mailing.pk)


def verify(mailing: int, presses: int) -> None:
    """Every press that was answered stands everywhere it must, and the mailing adds up."""
    from newsletter.models import AutomaticMail, ConsentRecord, Mailing, Subscriber
    from newsletter.services.receipts import receipt_of

    while Mailing.objects.get(pk=mailing).state != "finished":
        time.sleep(0.2)
    left = Subscriber.objects.filter(status="unsubscribed").count()
    assert left == ConsentRecord.objects.filter(event="left").count() == presses, (left, presses)
    assert AutomaticMail.objects.filter(kind="goodbye").count() == presses
    print(receipt_of(Mailing.objects.get(pk=mailing)).sentence)


def main() -> None:
    """Measure, print, verify."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--people", type=int, default=40_000)
    options = parser.parse_args()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as scratch:
        sink = (sys.executable, str(ROOT / "bench" / "fast_sink.py"), "0")
        with process(*sink, ready=r"ready (\d+)", environment=environment) as smtp:
            workspace = prepare(Path(scratch) / "bulletin", options.people, f"smtp://127.0.0.1:{smtp}")
            publish_to_one(workspace)
            _measure(workspace, options)


def _measure(workspace: "Workspace", options: argparse.Namespace) -> None:
    from newsletter.models import Subscriber
    from newsletter.services.personal_links import token_for
    from newsletter.subscribers.tokens import Purpose

    tokens = (token_for(workspace, Purpose.UNSUBSCRIBE, person) for person in Subscriber.objects.order_by("-pk"))
    serve = (sys.executable, "-m", "newsletter", "-C", str(workspace.root), "serve", "--port", "0")
    with process(*serve, ready=r"127\.0\.0\.1:(\d+)", environment=os.environ | {"PYTHONPATH": str(ROOT)}) as port:
        print("| 50 clients | requests a second | reads, median / 99 in 100 | presses | wrong |\n|---|---|---|---|---|")
        quiet = load(port, tokens, options.clients, options.seconds)
        print(quiet.line("nothing else goes on"))
        mailing = schedule(workspace)
        busy = load(port, tokens, options.clients, options.seconds)
        print(busy.line("while a mailing is sent"))
        print(f"sent in that time: {_sent(mailing):,} mails; wrong: {(quiet.wrong + busy.wrong)[:5]}")
        verify(mailing, len(quiet.presses) + len(busy.presses))


def _sent(mailing: int) -> int:
    from newsletter.models import Delivery

    return Delivery.objects.filter(mailing=mailing, state="accepted").count()


if __name__ == "__main__":
    main()
