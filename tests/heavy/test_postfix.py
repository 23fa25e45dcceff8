"""The sample issue by `newsletter send` to 3,500 invented subscribers, through a real Postfix into a maildir.

All arrive once, every DKIM signature verifies where it arrives, the sums hold; killed in the middle and resumed: the
same, but for the few on the wire, which are told as in doubt.
"""

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from private_postfix import postfix

from newsletter.rendering.dkim import Signer

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]

PEOPLE = 3_500
CONNECTIONS = 8
NAMES = ("Siân ap Gwilym", "Lachlan Urquhart", "O'Donnelly, Róisín", "Alice Abbott")
DOMAIN, SELECTOR = "npm.example", "s1"


@dataclass(frozen=True)
class Reader:
    """Runs `newsletter` in a workspace, and reads what Postfix delivered."""

    workspace: Path
    maildir: Path
    signer: Signer
    environment: dict[str, str]

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "newsletter", "-C", str(self.workspace), *words]
        return subprocess.Popen(command, env=os.environ | self.environment, stdout=subprocess.PIPE, text=True)

    def newsletter(self, *words: str) -> str:
        with self.start(*words) as process:
            told, _ = process.communicate(timeout=300)
        assert process.returncode == 0, told
        return told

    def arrived(self) -> list[Path]:
        return list((self.maildir / "all" / "new").glob("*"))

    def all_arrived(self, least: int) -> list[Path]:
        """Postfix delivers later than it accepts; so this waits for as many, and then until nothing more comes."""
        ends, before = time.monotonic() + 240, -1
        while (now := len(self.arrived())) != before or (now < least and time.monotonic() < ends):
            before = now
            time.sleep(3)
        return self.arrived()

    def accepted(self) -> int:
        with closing(sqlite3.connect(self.workspace / "data" / "newsletter.sqlite3")) as ledger:
            found = ledger.execute("SELECT count(*) FROM newsletter_delivery WHERE state = 'accepted'").fetchone()
            return int(found[0])


@pytest.fixture
def place() -> Iterator[Path]:
    """Postfix delivers as nobody, and each run of pytest shuts its scratch folders to others, also those of another."""
    with TemporaryDirectory(prefix="postfix-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def reader(place: Path, require: Callable[[str], str]) -> Iterator[Reader]:
    require("postfix")
    pem = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (place / "dkim.pem").write_bytes(pem)
    with postfix(place / "mail") as port:
        yield Reader(
            workspace=place / "workspace",
            maildir=place / "mail",
            signer=Signer.from_pem(domain=DOMAIN, selector=SELECTOR, pem=pem),
            environment={
                "NEWSLETTER__NEWSLETTER__BASE_URL": "https://bulletin.npm.example",  # so pictures stay out of the mail
                "NEWSLETTER__SENDING__TRANSPORT": f"smtp://127.0.0.1:{port}",
                "NEWSLETTER__SENDING__CONNECTIONS": str(CONNECTIONS),
                "NEWSLETTER__DKIM__DOMAIN": DOMAIN,
                "NEWSLETTER__DKIM__SELECTOR": SELECTOR,
                "NEWSLETTER__DKIM__KEY_FILE": str(place / "dkim.pem"),
            },
        )


def prepare(reader: Reader) -> None:
    people = reader.workspace.parent / "people.csv"
    rows = (f'reader{n}@body{n % 7}.example,"{NAMES[n % len(NAMES)]}"' for n in range(PEOPLE))
    people.write_text("\n".join(["email,name", *rows, ""]), encoding="utf-8")
    reader.newsletter("init", str(reader.workspace))
    for person in ("Ann Approver", "Bob Approver"):
        reader.newsletter("approve", "2025-11", "--by", person)
    reader.newsletter("subscribers", "import", str(people))


def recipient(mail: bytes) -> str:
    found = re.search(rb"^Delivered-To: (\S+)$", mail, re.MULTILINE)
    assert found
    return found[1].decode()


def check_arrived(reader: Reader, paths: list[Path]) -> set[str]:
    """Everybody once, every signature good; returns who it was."""
    name = f"{SELECTOR}._domainkey.{DOMAIN}.".encode()
    record = reader.signer.record.encode()
    recipients = []
    for path in paths:
        mail = path.read_bytes()
        recipients.append(recipient(mail))
        wire = mail.replace(b"\n", b"\r\n")  # a maildir has the ends of lines of its system
        assert dkim.verify(wire, dnsfunc=lambda asked, timeout=5: record if asked == name else None)  # noqa: ARG005
    assert len(set(recipients)) == len(recipients)
    return set(recipients)


def test_everybody_gets_the_sample_once_and_signed(reader: Reader) -> None:
    prepare(reader)
    told = reader.newsletter("send", "2025-11", "--yes")
    assert f"{PEOPLE:,} chosen = {PEOPLE:,} accepted" in told
    recipients = check_arrived(reader, reader.all_arrived(PEOPLE))
    assert recipients == {f"reader{n}@body{n % 7}.example" for n in range(PEOPLE)}


def test_killed_in_the_middle_and_resumed_everybody_gets_it_once(reader: Reader) -> None:
    prepare(reader)
    with reader.start("send", "2025-11", "--yes") as process:
        while reader.accepted() < PEOPLE // 3:
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
    assert reader.accepted() < PEOPLE
    told = reader.newsletter("resume", "1")
    sums = re.search(r"3,500 chosen = ([\d,]+) accepted(?: \+ (\d+) we can't tell)?", told)
    assert sums, told
    accepted, in_doubt = int(sums[1].replace(",", "")), int(sums[2] or 0)
    assert accepted + in_doubt == PEOPLE
    assert in_doubt <= CONNECTIONS
    recipients = check_arrived(reader, reader.all_arrived(accepted))
    assert accepted <= len(recipients) <= PEOPLE
