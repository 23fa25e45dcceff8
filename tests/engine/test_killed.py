"""A process killed with SIGKILL while it sends: afterwards nobody has two copies and nobody is forgotten.

The mail server's own log is the witness. The sending processes are real, with a database and a lock of their own.
"""

import asyncio
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from newsletter.workspace import Workspace

PEOPLE = 300
KILLS = 4
CONNECTIONS = 2

OPEN = """
import sys
from pathlib import Path
from newsletter.settings import setup
from newsletter.workspace import load_workspace
workspace = load_workspace(Path(sys.argv[1]), {"NEWSLETTER__SENDING__TRANSPORT": sys.argv[2]})
setup(workspace)
from newsletter.models import Edition, Approval, Mailing, Subscriber, Variant
"""

PREPARE = """
from django.utils import timezone
from newsletter.services.frozen import FrozenEdition, FrozenVariant, write_edition
from newsletter.services.migrating import migrate
from newsletter.services.planning import plan
migrate(workspace)
variant = FrozenVariant(key="en", language="en", audiences=(), subject="November", preheader="", html="<p>Hello</p>",
                        text="Hello", web_html="", web_fragment="")
name = write_edition(workspace.editions, FrozenEdition(issue_id="1", source_hash="0", variants=(variant,), files={}))
edition = Edition.objects.create(issue_id="1", content_hash=name, source_hash="0", folder=name)
Variant.objects.create(edition=edition, key="en", language="en", subject="November", html_bytes=1, text_bytes=1)
for person in ("ann", "bob"):
    Approval.objects.create(edition=edition, person=person, person_key=person, at=timezone.now())
Subscriber.objects.bulk_create(
    Subscriber(address=f"r{n}@example.org", address_compared=f"r{n}@example.org", status="subscribed", basis="consent")
    for n in range(int(sys.argv[3]))
)
plan(workspace, edition)
"""

SEND = """
from newsletter.engine.local import send_here
print("sending", flush=True)
receipt = send_here(workspace, Mailing.objects.get())
print(receipt.count("accepted"), receipt.count("in_doubt"), receipt.chosen)
"""


class Witness:
    """Counts what the server took responsibility for."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken[envelope.rcpt_tos[0]] += 1
        await asyncio.sleep(0.01)  # a kill now falls between acceptance and the reply
        return "250 2.0.0 taken"


@pytest.fixture
def witness() -> Iterator[tuple[Witness, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Witness()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


def start(script: str, root: Path, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OPEN + script, str(root), url, str(PEOPLE)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_kill_9_while_sending_leaves_nobody_twice_and_nobody_lost(
    make_workspace: Callable[..., Workspace], witness: tuple[Witness, str]
) -> None:
    server, url = witness
    root = make_workspace().root
    with start(PREPARE, root, url) as process:
        assert process.wait(60) == 0
    moments = random.Random(7)
    for _ in range(KILLS):
        with start(SEND, root, url) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "sending\n"
            before = sum(server.taken.values())
            while sum(server.taken.values()) < before + 10 and process.poll() is None:
                time.sleep(moments.uniform(0.001, 0.02))
            process.kill()
    with start(SEND, root, url) as process:
        told, _ = process.communicate(timeout=60)
    accepted, in_doubt, chosen = map(int, told.split()[1:])
    assert accepted + in_doubt == chosen == PEOPLE
    assert max(server.taken.values()) == 1
    assert accepted <= len(server.taken) <= accepted + in_doubt
    assert in_doubt <= KILLS * CONNECTIONS
