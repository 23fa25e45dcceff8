"""How fast the studio's pages are with a million people on the list and 27,000 replies that wait.

    .venv/bin/python bench/studio.py [--people 1000000] [--replies 27000] [--rounds 7] [--folder DIR] [--only WORDS]

Every line of the studio's table that shows something is asked for by an administrator, in process and warm: the median,
the 95th percentile, the processor's share, and every query that reads a large table or index from end to end. The table
of deliveries must never be among those. A folder keeps what was seeded for the next time. Aim: 150 ms a page.
"""

import argparse
import logging
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from million import prepared

if TYPE_CHECKING:
    from django.test import Client

    from newsletter.workspace import Workspace

_AIM = 150  # ms
_BEHIND = ("editor", "approver", "administrator")
_PART = re.compile(r"<(\w+:\w+)>")
_LISTED = 3_000  # people in a list that is brought in


@dataclass(frozen=True, kw_only=True)
class Page:
    """One address, and how long it took."""

    name: str
    status: int
    size: int  # bytes
    wall: list[float]  # ms, of each round
    cpu: list[float]
    queries: int
    walks: tuple[str, ...]  # plans that read a large table from its beginning to its end

    def line(self) -> str:
        """A row of the table."""
        slow = statistics.quantiles(self.wall, n=20, method="inclusive")[18]
        late = " *" if statistics.median(self.wall) > _AIM else ""
        median, cpu = statistics.median(self.wall), statistics.median(self.cpu)
        return f"| {self.name} | {median:.0f}{late} | {slow:.0f} | {cpu:.0f} | {self.queries} | {self.size // 1024} |"


def pages(workspace: "Workspace") -> Iterator[tuple[str, str]]:
    """Name and address of all that is looked at; what depends on the length of a list more than once."""
    from newsletter.models import Mailing, QueueItem, Reply
    from newsletter.web.studio.table import STUDIO

    done, half = Mailing.objects.get(edition__issue_id="2025-11").pk, Mailing.objects.get(state="paused").pk
    reply, item = Reply.objects.latest("pk").pk, QueueItem.objects.latest("pk").pk
    numbers = {"mailings": done, "people": 1_001, "replies": reply, "replies/items": item, "settings/accounts": 1}
    values = {**_samples(workspace), "language:language": "en"}
    for route in STUDIO:
        if route.access.value in _BEHIND:
            place = route.path.removeprefix("studio/").partition("/<int:")[0]
            found = _filled(route.path, {**values, "int:number": str(numbers.get(place, 1))})
            yield route.name, found
    yield from _more(done, half)


def _samples(workspace: "Workspace") -> dict[str, str]:
    """What stands for the parts of a path."""
    from newsletter.services.list_uploads import keep_upload

    rows = "".join(f"reader{number * 3},imb\n" for number in range(_LISTED)).replace(",", "@mail1.example,")
    return {
        "issue:issue": "2025-12",
        "slug:part": "in-brief",
        "slug:kind": "text",
        "slug:look": "light",
        "slug:name": "scotland",
        "str:part": "refused",
        "str:version": "en",
        "file:token": keep_upload(workspace, "people.csv", f"email,body\n{rows}".encode()),
        "slug:body": "imb",
    }


def _filled(path: str, values: dict[str, str]) -> str:
    """The address; empty where there is nothing that it could show."""
    return "" if set(_PART.findall(path)) - set(values) else "/" + _PART.sub(lambda found: values[found[1]], path)


def _more(done: int, half: int) -> Iterator[tuple[str, str]]:
    for words in ("reader99", "@imb.example", "Günther 4", "nobody at all", "nobody@nowhere"):
        yield f"studio-people, {words}", f"/studio/people/?q={words.replace('@', '%40')}"
    for query in ("body=imb", "body=imb&status=unsubscribed", "status=unsubscribed", "page=9000"):
        yield f"studio-people, {query}", f"/studio/people/?{query}"
    for part in ("accepted", "waiting", "left"):
        yield f"half-way: {part}", f"/studio/mailings/{half}/list/{part}"
    for name in ("", "now", "doubts", "report", "report.csv", "wrong"):
        yield f"half-way: {name or 'studio-mailing'}", f"/studio/mailings/{half}/{name}"
    for issue, to in (
        ("2025-12", "everybody"),
        ("2025-12", "segment:scotland"),
        ("2025-11-correction", "everybody"),
        ("2025-11-correction", f"mailing:{done}"),
    ):
        asked = f"when=now&again=mended&edition={_edition(issue)}&to={to}"
        yield f"studio-send, {issue} to {to}", f"/studio/issues/{issue}/send?{asked}"
    yield "studio-agree, look", "/studio/issues/2025-12/agree?look"
    for query in ("sort=join", "sort=unsure", "page=1000", "shelf=done", "shelf=away"):
        yield f"studio-replies, {query}", f"/studio/replies/?{query}"


def _edition(issue: str) -> str:
    from newsletter.models import Edition

    return Edition.objects.get(issue_id=issue).content_hash


def measured(client: "Client", name: str, address: str, rounds: int) -> Page:
    """Ask once for the queries and to be warm, then so many times."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from walks import walks_of

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    asked = [query["sql"] for query in captured.captured_queries]
    wall, cpu = [], []
    for _ in range(max(rounds, 2)):
        begun, used = time.perf_counter(), time.process_time()
        client.get(address)
        wall.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return Page(
        name=name,
        status=answer.status_code,
        size=len(answer.content),
        wall=wall,
        cpu=cpu,
        queries=len(asked),
        walks=walks_of(asked),
    )


def signed_in(workspace: "Workspace") -> "Client":
    """An administrator's browser."""
    from django.test import Client
    from django.utils import timezone

    from newsletter.models import Role, User

    address = "administrator@npm.example"
    user = User.objects.filter(email=address).first() or User.objects.create_user(
        address, name="An Administrator", role=Role.ADMINISTRATOR, last_login=timezone.now()
    )
    client = Client()
    client.defaults["newsletter.workspace"] = workspace  # type: ignore[assignment]  (it is handed on as it is)
    client.force_login(user)
    return client


def speed() -> float:
    """Seconds that ten million additions take here; about half a second on an ordinary computer."""
    begun, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - begun


def report(workspace: "Workspace", rounds: int, only: str) -> None:
    """Measure and print."""
    client = signed_in(workspace)
    print(f"Ten million additions take {speed():.2f} s here.\n")
    print("| page | median ms | 95 % | CPU ms | queries | KB |\n|---|---|---|---|---|---|")
    found, passed = list[Page](), list[str]()
    for name, address in pages(workspace):
        if only not in name:
            continue
        page = measured(client, name, address, rounds) if address else None
        if page is None or page.status != 200:
            passed.append(f"{name} ({page.status if page else 'nothing to show'})")
            continue
        found.append(page)
        print(page.line(), flush=True)
    print(f"\nLate (over {_AIM} ms): {', '.join(page.name for page in found if ' *' in page.line()) or 'none'}.")
    print(f"Not a page to look at: {', '.join(passed)}.\n\nRead from end to end:")
    for page in found:
        for walk in page.walks:
            print(f"  {page.name}: {walk}")


def main() -> None:
    """Seed where that is needed, then measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--replies", type=int, default=27_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="keeps what was seeded")
    parser.add_argument("--only", default="", help="pages with these words in their name")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        begun = time.perf_counter()
        workspace = prepared(folder, options.people, options.replies)
        print(f"Ready after {time.perf_counter() - begun:.0f} s.")
        report(workspace, options.rounds, options.only)


if __name__ == "__main__":
    main()
