"""What the proofs of `kill -9` share: real sending processes, and a mail server that is never killed as the witness."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SINK = Path(__file__).parents[2] / "bench" / "fast_sink.py"

OPEN = """
import sys
from pathlib import Path
from newsletter.settings import setup
from newsletter.workspace import load_workspace
workspace = load_workspace(Path(sys.argv[1]), {
    "NEWSLETTER__SENDING__TRANSPORT": sys.argv[2], "NEWSLETTER__SENDING__CONNECTIONS": sys.argv[3],
    "NEWSLETTER__SENDING__ENGINE": sys.argv[4], "NEWSLETTER__SENDING__WINDOW": sys.argv[5]})
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
    for n in range(int(sys.argv[6]))
)
plan(workspace, edition)
"""

SEND = """
from newsletter.engine.local import send_here
print("sending", flush=True)
receipt = send_here(workspace, Mailing.objects.get())
print(receipt.sentence)
"""


# To load the program takes longer than to send a hundred copies: each process to be killed is forked from one that did.
NURSERY = """
import os
from newsletter.engine.local import send_here
for _ in sys.stdin:
    child = os.fork()
    if not child:
        print(os.getpid(), flush=True)
        exec(sys.argv[7])
        os._exit(0)
    os.waitpid(child, 0)
    print("ended", flush=True)
"""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One mailing, and the server it goes to."""

    root: Path  # the workspace
    port: int
    log: Path  # the server writes a recipient here before it accepts a copy
    people: int
    connections: int
    engine: str = "fast"
    window: int = 1

    def start(self, script: str, more: Sequence[str] = (), stdin: int | None = None) -> subprocess.Popen[str]:
        """Run a script with the workspace open, in a process of its own; `more` are its arguments from the 7th on."""
        url = f"smtp://127.0.0.1:{self.port}"
        facts = map(str, (self.root, url, self.connections, self.engine, self.window, self.people))
        command = [sys.executable, "-c", OPEN + script, *facts, *more]
        return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, text=True)

    def run(self, script: str, patience: float, more: Sequence[str] = ()) -> str:
        """The same to its end; what it printed."""
        with self.start(script, more) as process:
            told, _ = process.communicate(timeout=patience)
        assert process.returncode == 0
        return told

    def taken(self) -> list[str]:
        """Whose copies the server accepted, in order."""
        return self.log.read_text().split()

    def states(self) -> Counter[str]:
        """How many deliveries are in each state, read as the dead process left them."""
        with closing(sqlite3.connect(self.root / "data" / "newsletter.sqlite3")) as ledger:
            return Counter(dict(ledger.execute("SELECT state, count(*) FROM newsletter_delivery GROUP BY state")))

    def addresses(self, state: str) -> set[str]:
        """Who is in a state."""
        with closing(sqlite3.connect(self.root / "data" / "newsletter.sqlite3")) as ledger:
            return {
                address
                for (address,) in ledger.execute(
                    "SELECT s.address FROM newsletter_delivery d JOIN newsletter_subscriber s ON s.id = d.subscriber_id"
                    " WHERE d.state = ?",
                    [state],
                )
            }


@contextmanager
def scene(root: Path, *, people: int, connections: int, engine: str = "fast", window: int = 1) -> Iterator[Scene]:
    """Plan a mailing to so many people, with the server running."""
    log = root / "accepted.log"
    log.touch()
    chunking = ["--chunking"] if window > 1 else []
    command = [sys.executable, str(SINK), "0", "--accepted", str(log), *chunking]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline().split()[1])
            made = Scene(
                root=root, port=port, log=log, people=people, connections=connections, engine=engine, window=window
            )
            made.run(PREPARE, patience=120)
            yield made
        finally:
            server.terminate()


@contextmanager
def nursery(scene: Scene, script: str = SEND) -> Iterator[subprocess.Popen[str]]:
    """A process that has loaded the program, and forks another to run the script whenever it is asked."""
    with scene.start(NURSERY, [script], stdin=subprocess.PIPE) as ready:
        try:
            yield ready
        finally:
            ready.kill()


def kill_once(scene: Scene, nursery: subprocess.Popen[str], chance: random.Random, copies: int, least: int = 0) -> None:
    """Start to send, and kill the process at random: after so many copies at the most, and so many at least."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    print(file=nursery.stdin, flush=True)
    process = int(nursery.stdout.readline())
    assert nursery.stdout.readline() == "sending\n"
    enough = scene.log.stat().st_size + chance.randint(least, copies) * len("r1000@example.org\n")
    while scene.log.stat().st_size < enough and _is_alive(process):
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.003))
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    while nursery.stdout.readline() != "ended\n":
        pass  # what it said before it was killed


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def prove(scene: Scene, *, kills: int, seed: int) -> dict[str, int]:
    """Kill so many times, then let it finish: nobody has two copies, nobody is forgotten, little is in doubt."""
    chance, most = random.Random(seed), scene.connections * scene.window
    with nursery(scene) as ready:
        for done in range(kills):
            left = scene.people - len(scene.taken())
            kill_once(scene, ready, chance, left // (kills - done + 1))  # so that some are left for the last kill
            assert scene.states()["transmitting"] <= most
    told = scene.run(SEND, patience=300)
    taken, accepted, in_doubt = scene.taken(), scene.addresses("accepted"), scene.addresses("in_doubt")
    assert len(taken) == len(set(taken)), "somebody has two copies"
    assert accepted <= set(taken) <= accepted | in_doubt
    assert len(accepted) + len(in_doubt) == scene.people, "somebody is forgotten"
    assert len(in_doubt) <= kills * most
    assert f"{scene.people:,} chosen = {len(accepted):,} accepted" in told
    return {"kills": kills, "in_doubt": len(in_doubt), "really_taken": len(in_doubt & set(taken))}
