"""Our side of `bench/send.py`, each step in a process of its own so that its memory is its own.

    python bench/sender.py prepare FOLDER COUNT "93 KB"   a workspace with a mailing planned
    python bench/sender.py send FOLDER                    sends it; settings come by environment, as ever

Each prints one line of JSON.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.workspace import Workspace

_TOML = """
[newsletter]
name = "Monthly Bulletin"
from_address = "bulletin@office.example"
list_id = "bulletin.office.example"
base_url = "https://bulletin.office.example"

[approval]
people = 1
"""


def opened(folder: Path) -> "Workspace":
    """The workspace, with its database."""
    from newsletter.settings import setup
    from newsletter.workspace import load_workspace

    workspace = load_workspace(folder, os.environ)
    setup(workspace)
    return workspace


def prepare(folder: Path, count: int, size: str) -> dict[str, float]:
    """Write an approved edition of this size and so many people; time the planning."""
    (folder / "subscribers").mkdir(parents=True)
    (folder / "newsletter.toml").write_text(_TOML)
    (folder / "subscribers" / "segments.toml").write_text("")
    workspace = opened(folder)
    from message import SIZES, content

    from newsletter.models import Edition
    from newsletter.services.migrating import migrate
    from newsletter.services.planning import plan

    migrate(workspace)
    _edition(workspace, *content(SIZES[size]))
    _people(count)
    begun = time.perf_counter()
    plan(workspace, Edition.objects.get())
    return {"seconds": time.perf_counter() - begun}


def _edition(workspace: "Workspace", html: str, text: str) -> None:
    from django.utils import timezone

    from newsletter.models import Approval, Edition, Variant
    from newsletter.services.frozen import FrozenEdition, FrozenVariant, write_edition

    facts = {"language": "en", "audiences": (), "subject": "November", "preheader": ""}
    variant = FrozenVariant(key="en", html=html, text=text, web_html="", web_fragment="", **facts)
    frozen = FrozenEdition(issue_id="2025-11", source_hash="0" * 64, variants=(variant,), files={})
    name = write_edition(workspace.editions, frozen)
    edition = Edition.objects.create(issue_id="2025-11", content_hash=name, source_hash="0" * 64, folder=name)
    Variant.objects.create(edition=edition, key="en", language="en", subject="November", html_bytes=1, text_bytes=1)
    Approval.objects.create(edition=edition, person="Ann", person_key="ann", at=timezone.now())


def _people(count: int) -> None:
    from django.db import transaction

    from newsletter.models import Subscriber
    from newsletter.services.headcounts import counted_together

    with transaction.atomic(), counted_together():
        for start in range(0, count, 5_000):
            Subscriber.objects.bulk_create(
                Subscriber(
                    address=f"reader{number}@body{number % 1000}.example",
                    address_compared=f"reader{number}@body{number % 1000}.example",
                    name=f"Reader Number {number}",
                    status="subscribed",
                    basis="consent",
                )
                for number in range(start, min(count, start + 5_000))
            )


def send(folder: Path) -> dict[str, float]:
    """Send the mailing, by the same call as `newsletter send`."""
    workspace = opened(folder)
    from newsletter.engine.local import send_here
    from newsletter.models import Mailing

    begun, used = time.perf_counter(), _cpu()
    receipt = send_here(workspace, Mailing.objects.get())
    seconds, used = time.perf_counter() - begun, _cpu() - used
    assert receipt.count("accepted") == receipt.chosen, receipt.sentence
    return {"seconds": seconds, "cpu": used, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Do one step."""
    step, folder, *rest = sys.argv[1:]
    told = send(Path(folder)) if step == "send" else prepare(Path(folder), int(rest[0]), rest[1])
    print(json.dumps(told))


if __name__ == "__main__":
    main()
