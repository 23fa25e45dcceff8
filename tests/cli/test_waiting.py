"""A schedule as somebody at a terminal meets it: what they are told while it waits, is held, and is taken up again."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

Ask = Callable[..., str]
AT = "2031-12-05 9:30"
TOLD = "waits until 09:30 on 5 December 2031"


def waiting(root: Path, *arguments: str) -> str:
    """What a command says that waits, until it is asked to stop waiting."""
    command = [sys.executable, "-m", "newsletter", "-C", str(root), *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout
        lines = [next(process.stdout)]
        while "waits until" not in lines[-1]:
            lines.append(next(process.stdout))
        process.send_signal(signal.SIGTERM)
        lines += process.stdout
    assert process.returncode == 0
    return "".join(lines)


def test_a_schedule_says_when_it_leaves_waits_again_and_asks_where_its_time_is_past(root: Path, ask: Ask) -> None:
    toml = root / "newsletter.toml"
    toml.write_text(toml.read_text() + "[approval]\npeople = 1\n")
    ask(["subscribers", "add", "ada@example.org", "--by", "Ann"], ["approve", "2025-11", "--by", "Ann"])
    assert TOLD in waiting(root, "send", "2025-11", "--at", AT, "--yes")
    status, twin, held, _ = ask(["status", "2025-11"], ["send", "2025-11", "--yes"], ["pause", "2025-11"]).split("=>")
    assert "scheduled, to leave at 09:30 on 5 December 2031: no readers are chosen yet" in status
    assert "newsletter serve" in status
    assert "newsletter cancel 1 first" in twin
    assert "Mailing 1 is paused" in held
    told = waiting(root, "resume", "2025-11")
    assert TOLD in told
    assert "Not waited for any more" in told
    ask(["pause", "2025-11"])
    with closing(sqlite3.connect(root / "data" / "newsletter.sqlite3")) as database, database:
        database.execute("UPDATE newsletter_mailing SET scheduled_for = '2025-11-03 09:30:00'")
    asked, sent, cancelled, report, _ = ask(
        ["resume", "2025-11"], ["resume", "1", "--yes"], ["cancel", "2025-11"], ["report", "2025-11"]
    ).split("=>")
    assert "was to leave at 09:30 on 3 November 2025, which is past" in asked
    assert sent.startswith(" 130")
    assert "1 chosen = 1 accepted" in sent
    assert "Mailing 1 is finished" in cancelled
    assert "1 chosen = 1 accepted" in report
