"""`kill -9` before every single thing that a sending process does: each statement to the database, each read and write
of a connection, from before the audience is fixed to after the mailing has ended.

Random kills seldom hit what takes microseconds. Here a mailing to a few people is sent again and again from the same
beginning, and killed one step later each time; another process then ends it.
"""

import json
from collections import Counter
from collections.abc import Callable

import pytest
from killing import scene

from newsletter.workspace import Workspace

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]

PEOPLE, CONNECTIONS = 5, 2

STEP_BY_STEP = """
import json, os, shutil, signal, time
from django.db import connections
from django.db.backends.signals import connection_created
from newsletter.engine.local import send_here
from newsletter.models import Delivery
from newsletter.services.planning import plan
from newsletter.transports.pipelined.link import Link

database = workspace.root / "data" / "newsletter.sqlite3"
log = Path(sys.argv[7])

def forked(act):
    process = os.fork()
    if process == 0:
        try:
            act()
            os._exit(0)
        except BaseException as error:
            print(type(error).__name__, error, file=sys.stderr)
            os._exit(1)
    return os.waitpid(process, 0)[1]

def forget():
    Delivery.objects.all().delete()
    Mailing.objects.all().delete()

def send():
    mailing = Mailing.objects.first() or plan(workspace, Edition.objects.get())
    if mailing.state in ("planned", "sending"):
        send_here(workspace, mailing)

class Killer:
    def __init__(self, left):
        self.left = left

    def tick(self, *_):
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self):
        connection_created.connect(self.opened, weak=False)
        for name in ("read", "flush"):
            setattr(Link, name, self.around(getattr(Link, name)))

    def opened(self, connection, **_):
        connection.connection.set_trace_callback(self.tick)

    def around(self, act):
        def told(link):
            self.tick()
            act(link)
            self.tick()
        return told

def killed_after(steps):
    def act():
        Killer(steps).watch()
        send()
    return forked(act)

def restore(source):
    for end in ("-wal", "-shm"):
        Path(f"{database}{end}").unlink(missing_ok=True)
    shutil.copy(source, database)

assert forked(forget) == 0
connections.close_all()
kept = database.with_suffix(".kept")
shutil.copy(database, kept)
steps, status = 0, -1
while status:
    restore(kept)
    before = log.stat().st_size
    status = killed_after(steps)
    assert status in (0, signal.SIGKILL), status
    assert forked(send) == 0
    time.sleep(0.005)
    taken = log.read_text()[before:].split()
    print(json.dumps({"steps": steps, "taken": taken, "states": STATES()}), flush=True)
    steps += 1
"""

STATES = """
def STATES():
    import sqlite3
    from contextlib import closing
    with closing(sqlite3.connect(workspace.root / "data" / "newsletter.sqlite3")) as ledger:
        rows = ledger.execute(
            "SELECT s.address, d.state FROM newsletter_delivery d"
            " JOIN newsletter_subscriber s ON s.id = d.subscriber_id")
        return [ledger.execute("SELECT state FROM newsletter_mailing").fetchall(), dict(rows)]
"""


@pytest.mark.parametrize("window", [1, 3])
def test_killed_before_any_step_nobody_has_two_copies_and_nobody_is_forgotten(
    make_workspace: Callable[..., Workspace], window: int, record_testsuite_property: Callable[[str, object], None]
) -> None:
    with scene(make_workspace().root, people=PEOPLE, connections=CONNECTIONS, window=window) as mailing:
        told = mailing.run(STATES + STEP_BY_STEP, patience=500, more=[str(mailing.log)])
    runs = [json.loads(line) for line in told.splitlines()]
    doubts: Counter[int] = Counter()
    for run in runs:
        (mailings, states), taken, where = run["states"], run["taken"], f"killed after {run['steps']} steps"
        accepted = {address for address, state in states.items() if state == "accepted"}
        in_doubt = {address for address, state in states.items() if state == "in_doubt"}
        assert len(taken) == len(set(taken)), f"{where}: somebody has two copies"
        assert mailings == [["finished"]], where
        assert len(states) == PEOPLE, where
        assert accepted <= set(taken) <= accepted | in_doubt, where
        assert len(accepted) + len(in_doubt) == PEOPLE, f"{where}: somebody is forgotten"
        assert len(in_doubt) <= CONNECTIONS * window, where
        doubts[len(in_doubt)] += 1
    assert len(runs) > 40
    assert set(runs[-1]["states"][1].values()) == {"accepted"}  # the one that nothing killed
    record_testsuite_property(f"steps, window {window}", len(runs))
    record_testsuite_property(f"in doubt by run, window {window}", dict(doubts))
