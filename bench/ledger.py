"""What the ledger costs: planning a mailing, and claim, intent, outcome and attempt of each delivery.

    python bench/ledger.py [PEOPLE] [--together 8] [--folder DIR]

No mail is written and none leaves. `--together` is how many connections share a commit, as with the fast engine: each
settles one outcome and one intent. The folder should lie on the disk that will be used; safety waits for it.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newsletter.settings import setup
from newsletter.workspace import Workspace, load_workspace

TOML = """
[newsletter]
name = "The Example Bulletin"
organisation = "Example Organisation"
from_address = "bulletin@example.org"
list_id = "bulletin.example.org"
[approval]
people = 1
"""
PERSON = """
INSERT INTO newsletter_subscriber (public_id, address, address_compared, name, body, role, nation, language, tags,
                                   attributes, status, basis, joined_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, '', ?, 'en', '[]', '{}', 'subscribed', 'consent', '2025-01-01', '2025-01-01', '2025-01-01')
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("people", nargs="?", type=int, default=100_000)
    parser.add_argument("--together", type=int, default=8)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch:
        root = Path(scratch)
        (root / "newsletter.toml").write_text(TOML)
        workspace = load_workspace(root, {})
        setup(workspace)
        run(workspace, arguments.people, arguments.together)


def run(workspace: Workspace, people: int, together: int) -> None:
    """The whole life of a mailing, as its ledger sees it."""
    from newsletter.services import ledger
    from newsletter.services.migrating import migrate
    from newsletter.services.planning import forecast, plan
    from newsletter.services.steering import start

    migrate(workspace)
    edition = an_edition(workspace)
    with told("subscribers written", people):
        subscribers(people)
    with told("forecast", people):
        forecast(workspace, edition)
    with told("planned", people):
        mailing = plan(workspace, edition)
    start(mailing)
    with told(f"claimed and settled, {together} together", people):
        drain(mailing.pk, together)
    with told("counted", people):
        counted = ledger.counts(mailing.pk)
    with told("finished", people):
        ledger.finish(mailing.pk)
    print(dict(counted))


def drain(mailing_id: int, together: int) -> None:
    """What the feed and a transport with so many connections do to the ledger."""
    from newsletter.services.journal import LedgerJournal
    from newsletter.services.retrying import PATIENT
    from newsletter.transports.base import Accepted

    journal = LedgerJournal(mailing_id, route="SMTP mail.example:587", retry=PATIENT)
    answer = Accepted(code=250, enhanced="2.0.0", text="2.0.0 Ok: queued as 4F1D2C7B90", provider_ref="4F1D2C7B90")
    on_the_wire: list[int] = []
    while rows := journal.claim(200):
        for first in range(0, len(rows), together):
            ids = [row.id for row in rows[first : first + together]]
            assert journal.settle([(pk, answer) for pk in on_the_wire], ids) == set(ids)
            on_the_wire = ids
    journal.settle([(pk, answer) for pk in on_the_wire], [])


def an_edition(workspace: Workspace):  # noqa: ANN201  (Django is loaded by now, not when this is read)
    """An approved edition of two versions."""
    from django.utils import timezone

    from newsletter.models import Approval, Edition, Variant
    from newsletter.services.frozen import FrozenEdition, write_edition

    (workspace.subscribers).mkdir()
    (workspace.subscribers / "segments.toml").write_text(
        '[[segment]]\nid = "scotland"\nname = "Readers in Scotland"\nnation = ["scotland"]\n'
    )
    name = write_edition(workspace.editions, FrozenEdition(issue_id="1", source_hash="0" * 64, variants=(), files={}))
    edition = Edition.objects.create(issue_id="1", content_hash=name, source_hash="0" * 64, folder=name)
    for audiences in ([], ["scotland"]):
        key = "+".join(["en", *audiences])
        Variant.objects.create(
            edition=edition, key=key, language="en", audiences=audiences, subject="S", html_bytes=1, text_bytes=1
        )
    Approval.objects.create(edition=edition, person="Ann", person_key="ann", at=timezone.now())
    return edition


def subscribers(people: int) -> None:
    """Invented people of 21 bodies and four nations, at fifty domains."""
    from django.db import connection, transaction

    from newsletter.services.headcounts import counted_together

    chance = random.Random(1)
    nations = ("scotland", "wales", "england", "")
    rows = (
        (
            chance.getrandbits(62) + 1,
            f"Reader{number}@mail{number % 50}.example.org",
            f"reader{number}@mail{number % 50}.example.org",
            f"Reader Number {number}",
            f"body{number % 21}",
            nations[number % 4],
        )
        for number in range(people)
    )
    with transaction.atomic(), counted_together():
        connection.connection.executemany(PERSON, rows)


@contextmanager
def told(what: str, count: int) -> Iterator[None]:
    """Print what a step cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    each = f"{wall / count * 1e6:7.1f} us each, {cpu / count * 1e6:6.1f} us CPU"
    print(f"{what:36} {wall:8.2f} s  {each}, peak {peak} MB", flush=True)


if __name__ == "__main__":
    main()
