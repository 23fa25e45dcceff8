"""The sample newsletter as readers meet it: two issues sent in practice, and `newsletter serve` as its own process."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

PEOPLE = "address,name,body\nreader@example.org,Reader Invented,imb\nsecond@example.org,Second Invented,cqc\n"
ISSUES = ("2025-11", "2025-12")
_EXTRA = {"NEWSLETTER__PAGES__REQUESTS_PER_NETWORK": "1000"}
_SEGMENT = '\n[[segment]]\nid = "training"\nname = "News of training"\ntag = ["training"]\non_offer = true\n'


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running site."""

    root: Path
    url: str
    settings: Mapping[str, str]  # as the environment gives them

    @property
    def environment(self) -> dict[str, str]:
        """What its commands are started with."""
        ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        return {**ours, **_EXTRA, "NEWSLETTER__NEWSLETTER__BASE_URL": self.url, **self.settings}

    def mails(self) -> list[EmailMessage]:
        """Every automatic mail so far."""
        files = sorted((self.root / "data" / "outbox" / "automatic").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]

    def mail_to(self, address: str, subject: str) -> EmailMessage:
        """The last mail to somebody with these words in its subject; waits for it."""
        for _ in range(100):
            for mail in reversed(self.mails()):
                if mail["To"].addresses[0].addr_spec == address and subject in str(mail["Subject"]):
                    return mail
            time.sleep(0.1)
        raise AssertionError(f"no mail '{subject}' within ten seconds")

    def link(self, address: str, subject: str) -> str:
        """The page that this mail leads to."""
        part = self.mail_to(address, subject).get_body(("plain",))
        assert part is not None
        found = re.search(rf"{re.escape(self.url)}/\S+", str(part.get_content()))
        assert found
        return found[0]

    def unsubscribe_link(self) -> str:
        """The personal address in a header of the latest issue's first copy."""
        folder = max((self.root / "data" / "outbox").glob("[0-9a-f]" * 16), key=lambda path: path.stat().st_mtime)
        copy = message_from_bytes(min(folder.glob("*.eml")).read_bytes(), policy=policy.default)
        found = re.match(r"<(http[^>]+)>", str(copy["List-Unsubscribe"]))
        assert found
        return found[1]

    def run(self, *arguments: str) -> str:
        """What a command says."""
        done = subprocess.run(
            [*_command(self), *arguments],
            check=True,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.stdout

    def ask(self, sql: str, *values: object) -> list[Any]:
        """Rows of the database. Django is out of reach here: Playwright runs an event loop."""
        with closing(sqlite3.connect(self.root / "data" / "newsletter.sqlite3", timeout=20)) as connection:
            return connection.execute(sql, values).fetchall()

    def status(self, address: str) -> str:
        """Where a subscription stands, empty for nobody."""
        rows = self.ask("SELECT status FROM newsletter_subscriber WHERE address_compared = ?", address)
        return str(rows[0][0]) if rows else ""


@contextmanager
def served(root: Path, **settings: str) -> Iterator[Site]:
    """Make the workspace, send two issues, serve them with these settings too; ends the process at last."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    site = Site(root=root, url=f"http://127.0.0.1:{port}", settings=settings)
    _prepare(site)
    command = [*_command(site), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=site.environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(site.url)
            yield site
        finally:
            process.terminate()
            process.wait(30)


def _command(site: Site) -> list[str]:
    return [sys.executable, "-m", "newsletter", "-C", str(site.root)]


def _prepare(site: Site) -> None:
    site.run("init", str(site.root))
    people = site.root / "subscribers" / "people.csv"
    people.write_text(PEOPLE)
    with (site.root / "subscribers" / "segments.toml").open("a") as segments:
        segments.write(_SEGMENT)
    site.run("subscribers", "import", str(people), "--basis", "public task", "--by", "Alys Prosser")
    for issue in ISSUES:
        for name in ("Alys Prosser", "Rowan Achebe"):
            site.run("approve", issue, "--by", name)
        site.run("send", issue, "--yes")


def wait_for(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("it does not answer within a minute")
