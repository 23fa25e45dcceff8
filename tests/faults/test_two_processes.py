"""Rows 46 and 55 with real processes: several that want to send the same mailing at once, and people who steer it from
another one meanwhile.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from killing import Scene, scene

from newsletter.workspace import Workspace

pytestmark = pytest.mark.heavy

PEOPLE = 1_500


def command(mailing: Scene, *words: str, pace: int = 1_000) -> "subprocess.Popen[str]":
    environment = {
        "NEWSLETTER__SENDING__TRANSPORT": f"smtp://127.0.0.1:{mailing.port}",
        "NEWSLETTER__SENDING__CONNECTIONS": str(mailing.connections),
        "NEWSLETTER__SENDING__PACE__PER_SECOND": str(pace),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "newsletter", "-C", str(mailing.root), *words],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def told(process: "subprocess.Popen[str]") -> str:
    words, _ = process.communicate(timeout=60)
    return words


def wait_for_copies(mailing: Scene, process: "subprocess.Popen[str]", copies: int) -> None:
    while len(mailing.taken()) < copies:
        assert process.poll() is None
        time.sleep(0.01)


def judge(mailing: Scene) -> None:
    """Nobody has two, nobody is forgotten, and nobody is told as having one who has none."""
    taken, accepted, in_doubt = mailing.taken(), mailing.addresses("accepted"), mailing.addresses("in_doubt")
    assert len(taken) == len(set(taken)), "somebody has two copies"
    assert accepted <= set(taken) <= accepted | in_doubt
    assert sum(mailing.states().values()) == mailing.people


def test_of_several_processes_one_sends_and_the_others_look_on(make_workspace: Callable[..., Workspace]) -> None:
    with scene(make_workspace().root, people=PEOPLE, connections=4) as mailing:
        processes = [command(mailing, "resume", "1") for _ in range(3)]
        words = [told(process) for process in processes]
        assert [process.returncode for process in processes] == [0, 0, 0]
        assert all("1,500 chosen = 1,500 accepted" in each for each in words)
        judge(mailing)
        assert mailing.states() == {"accepted": PEOPLE}


def test_two_that_send_because_the_lock_was_deleted_give_nobody_two(make_workspace: Callable[..., Workspace]) -> None:
    """The second takes the first for dead. What the first has on the wire is in doubt then, and its fence holds."""
    with scene(make_workspace().root, people=PEOPLE, connections=4) as mailing:
        first = command(mailing, "resume", "1", pace=500)
        wait_for_copies(mailing, first, 100)
        (mailing.root / "data" / "sending.lock").unlink()
        second = command(mailing, "resume", "1", pace=500)
        for process in (second, first):
            told(process)
        judge(mailing)
        assert mailing.states().keys() <= {"accepted", "in_doubt"}
        assert mailing.states()["in_doubt"] <= 4


def test_a_pause_a_resumption_and_a_stop_from_elsewhere_give_nobody_two(
    make_workspace: Callable[..., Workspace],
) -> None:
    with scene(make_workspace().root, people=PEOPLE, connections=4) as mailing:
        sending = command(mailing, "resume", "1", pace=40)
        for copies in (50, 150):
            wait_for_copies(mailing, sending, copies)
            assert "is paused" in told(command(mailing, "pause", "1", "--by", "Ann"))
            sending_again = command(mailing, "resume", "1", pace=40)  # while the first may still be ending
            told(sending)
            sending = sending_again
        wait_for_copies(mailing, sending, 250)
        assert "is stopped" in told(command(mailing, "cancel", "1", "--by", "Ann", "--yes"))
        told(sending)
        judge(mailing)
        assert mailing.states().keys() == {"accepted", "skipped"}
        assert "stopped for good" in told(command(mailing, "resume", "1"))
        judge(mailing)
