"""The demonstration as staff meet it: seven replies wait, and the studio is served as its own process."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from served_site import wait_for


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A running studio."""

    root: Path
    url: str
    entrance: str  # a link that lets its owner in once

    def ask(self, sql: str, *values: object) -> list[Any]:
        """Rows of the database. Django is out of reach here: Playwright runs an event loop."""
        with closing(sqlite3.connect(self.root / "data" / "newsletter.sqlite3", timeout=20)) as connection, connection:
            return connection.execute(sql, values).fetchall()

    def deliver(self, *letters: bytes) -> None:
        """Mails come in side by side as a mail server pipes them; waits until they were read."""
        known = self.ask("SELECT count(*) FROM newsletter_reply WHERE state <> 'received'")[0][0]
        command = [sys.executable, "-m", "newsletter", "-C", str(self.root), "inbox", "take"]
        pipes = [subprocess.Popen(command, stdin=subprocess.PIPE, env=_environment()) for _ in letters]
        for pipe, letter in zip(pipes, letters, strict=True):
            pipe.communicate(letter, timeout=60)
        assert not any(pipe.returncode for pipe in pipes)
        for _ in range(300):
            if self.ask("SELECT count(*) FROM newsletter_reply WHERE state <> 'received'")[0][0] >= known + len(
                letters
            ):
                return
            time.sleep(0.1)
        raise AssertionError("they were not read within thirty seconds")


@contextmanager
def served_demo(root: Path) -> Iterator[Studio]:
    """Run the demonstration into a folder and serve it; ends the process at last."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    newsletter = [sys.executable, "-m", "newsletter"]
    demo = [*newsletter, "demo", "--no-serve", "--port", str(port), "--dir", str(root)]
    told = subprocess.run(demo, check=True, capture_output=True, text=True, env=_environment(), timeout=180).stdout
    link = re.search(r"http://127\.0\.0\.1:\d+/studio/link/\S+", told)
    assert link
    studio = Studio(root=root, url=f"http://127.0.0.1:{port}", entrance=link[0])
    command = [*newsletter, "-C", str(root), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=_environment(), stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(studio.url)
            yield studio
        finally:
            process.terminate()
            process.wait(30)


def _environment() -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return ours | {"PYTHONIOENCODING": "utf-8"}
