"""What an import costs beside a bare load of the same file into the same table: time and memory.

    python bench/importing.py [ROWS] [--rounds 3] [--folder DIR]

Bare is what one would write without a thought for who left: csv, the same normalising of every cell, executemany into
an empty list in one transaction, a repeated address passed over. Ours is `newsletter subscribers import --skip-errors`
on a list where a thousand addresses are never to be written to, with a consent record for each person. A second row
each tells what bare takes with a consent record too, and ours for the same file once more. Contenders take turns, each
in a process of its own and on an empty database.
"""

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from newsletter.settings import setup
from newsletter.workspace import Workspace, load_workspace

TOML = '[newsletter]\nname = "The Example Bulletin"\nfrom_address = "bulletin@example.org"\nlist_id = "b.example.org"\n'
BODIES = "".join(f'[[body]]\nid = "body{number}"\nname = "Body {number}"\nnation = "uk"\n' for number in range(21))
NAMES = ("Ann Other", "Bob Smith", "Siân Günther", "Ailsa Urquhart", "Íde Breathnach", "Heledd Cadwaladr")
SUPPRESSED = 1_000
NOW = "2025-11-01 10:00:00"
PERSON = """
INSERT INTO newsletter_subscriber (public_id, address, address_compared, name, body, role, nation, language, tags,
                                   attributes, status, basis, joined_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '{}', 'subscribed', 'public task', ?, ?, ?) ON CONFLICT DO NOTHING
"""
CONSENT = """
INSERT INTO newsletter_consentrecord (at, event, mechanism, basis, source, wording, reason, by, subscriber_id)
SELECT joined_at, 'imported', 'import', basis, 'people.csv', '', '', 'Bench', id FROM newsletter_subscriber
"""


def write_people(path: Path, rows: int) -> None:
    """Invented people: 2 in 100 repeat the one before in other letters, 1 in 100 has no address."""
    chance, last = random.Random(1), ""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["email", "name", "body", "role", "nation", "language", "tags"])
        for number in range(rows):
            address, kind = f"reader.{chance.randrange(10**9)}.{number}@mail{number % 997}.example", chance.random()
            if kind < 0.03:
                address = f" {last.upper()}" if kind < 0.02 and last else "reader at example"
            else:
                last = address
            details = (
                f"body{number % 21}",
                "Board member",
                ("england", "wales")[number % 2],
                ("en", "cy")[number % 5 == 0],
            )
            writer.writerow([address, chance.choice(NAMES), *details, "" if number % 3 else "press;annual-report"])


def bare(workspace: Workspace, file: Path) -> None:
    """One transaction of executemany."""
    _load(workspace, file, consent=False)


def bare_with_consent(workspace: Workspace, file: Path) -> None:
    """The same, and a consent record for each person."""
    _load(workspace, file, consent=True)


def ours(workspace: Workspace, file: Path) -> None:
    """What the command calls."""
    from newsletter.services.importing import import_subscribers
    from newsletter.subscribers.importing import ImportFile

    source = ImportFile(file, bodies=workspace.bodies)
    import_subscribers(workspace, source, basis="public task", by="Bench", skip_errors=True)


def ours_once_more(workspace: Workspace, file: Path) -> None:
    """The file again, when everybody is here."""
    ours(workspace, file)


CONTENDERS: dict[str, Callable[[Workspace, Path], None]] = {
    one.__name__.replace("_", " "): one for one in (bare, bare_with_consent, ours, ours_once_more)
}


def _load(workspace: Workspace, file: Path, *, consent: bool) -> None:
    from django.db import connection, transaction

    from newsletter.models.headcounts import COUNT_NOBODY_WHO_COMES

    connection.ensure_connection()
    connection.connection.execute("PRAGMA cache_size = -96000")  # as much room as ours takes
    with transaction.atomic():
        connection.connection.execute(COUNT_NOBODY_WHO_COMES)  # ours counts them at the end
        connection.connection.executemany(PERSON, _normalised(file, workspace.bodies))
        if consent:
            connection.connection.execute(CONSENT)


def _normalised(file: Path, bodies: Collection[str]) -> Iterator[tuple[Any, ...]]:
    """Each cell as the import reads it, by the same functions, remembered in the same way."""
    from newsletter.errors import InputError
    from newsletter.models.subscribers import new_public_id
    from newsletter.subscribers.addresses import clean_name, parse_address
    from newsletter.subscribers.details import known_body, known_nation, labels, language_tag, role_name

    remembered = lru_cache(4096)
    body, role, nation = (
        remembered(lambda cell: known_body(cell, bodies)),
        remembered(role_name),
        remembered(known_nation),
    )
    language, tags = remembered(language_tag), remembered(lambda cell: json.dumps(sorted(labels(cell))))
    with file.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        for cells in reader:
            try:
                address, name = parse_address(cells[0]), clean_name(cells[1])
                details = (body(cells[2]), role(cells[3]), nation(cells[4]), language(cells[5]), tags(cells[6]))
            except InputError:
                continue
            yield (new_public_id(), address.typed, address.compared, name, *details, NOW, NOW, NOW)


def contend(name: str, file: Path, folder: Path) -> None:
    """One contender on an empty database; prints seconds, megabytes and people as JSON."""
    (folder / "newsletter.toml").write_text(TOML)
    (folder / "subscribers").mkdir()
    (folder / "subscribers" / "bodies.toml").write_text(BODIES)
    workspace = _opened(folder)
    if name == "ours once more":
        ours(workspace, file)
    from newsletter.models import Subscriber

    wall, cpu = time.perf_counter(), time.process_time()
    CONTENDERS[name](workspace, file)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"s": wall, "cpu": cpu, "MB": peak, "people": Subscriber.objects.count()}))


def _opened(folder: Path) -> Workspace:
    workspace = load_workspace(folder, {})
    setup(workspace)
    from newsletter.models import SuppressionReason
    from newsletter.services.migrating import migrate
    from newsletter.services.suppressing import suppress

    migrate(workspace)
    for number in range(SUPPRESSED):
        suppress(workspace, f"gone{number}@example.org", SuppressionReason.ERASED)
    return workspace


def main() -> None:
    """Let them take turns, and print the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--contender", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contender:
        contend(arguments.contender[0], Path(arguments.contender[1]), arguments.folder)
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch:
        file = Path(scratch) / "people.csv"
        write_people(file, arguments.rows)
        _tell(_rounds(file, arguments.rounds), arguments.rows)


def _rounds(file: Path, rounds: int) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for _round in range(rounds):
        for name in CONTENDERS:
            with tempfile.TemporaryDirectory(dir=file.parent) as folder:
                command = [sys.executable, __file__, "--contender", name, str(file), "--folder", folder]
                found[name].append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
                print(name, found[name][-1], file=sys.stderr, flush=True)
    return found


def _tell(found: dict[str, list[dict[str, float]]], rows: int) -> None:
    table = Table(*("contender", "seconds", "CPU", "us a row", "of bare", "peak MB", "people"), title=f"{rows:,} rows")
    for name, results in found.items():
        wall = median(one["s"] for one in results)
        ratio = median(one["s"] / other["s"] for one, other in zip(results, found["bare"], strict=True))
        cpu, peak = median(one["cpu"] for one in results), max(one["MB"] for one in results)
        each = f"{wall / rows * 1e6:.1f}"
        table.add_row(
            name, f"{wall:.1f}", f"{cpu:.1f}", each, f"{ratio:.2f}", f"{peak:.0f}", f"{results[0]['people']:,.0f}"
        )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
