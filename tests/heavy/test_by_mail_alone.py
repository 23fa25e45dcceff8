"""Nobody but mail: `newsletter serve` without a public address, a real Postfix that carries, a real Dovecot that keeps.

A volunteer answers a copy that was forwarded to them, is asked, says yes, is on the list with the evidence kept, leaves
by writing so above a full quotation, and comes back. One copy of the issue goes to a mailbox that does not exist, and
what comes back lands on that very delivery.
"""

import os
import re
import smtplib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from private_dovecot import Dovecot, dovecot
from private_postfix import postfix

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(400)]

OURS, ANNA, VERA, GONE = "bulletin@example.org", "anna@body.example", "vera@home.example", "gone@body.example"
PASSWORD = "not a secret"
_PATIENCE = 60.0


@dataclass(frozen=True)
class Town:
    """A newsletter and its readers, with the post between them."""

    workspace: Path
    port: int  # Postfix
    server: Dovecot
    environment: dict[str, str]

    def start(self, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "newsletter", "-C", str(self.workspace), *words]
        return subprocess.Popen(command, env=os.environ | self.environment, stdout=subprocess.PIPE, text=True)

    def newsletter(self, *words: str) -> str:
        with self.start(*words) as process:
            told, _ = process.communicate(timeout=120)
        assert process.returncode == 0, told
        return told

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.workspace / "data" / "newsletter.sqlite3")) as database:
            return list(database.execute(question, values))

    def wait(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """Wait until the database has an answer."""
        ends = time.monotonic() + _PATIENCE
        while not (found := self.ask(question, *values)) and time.monotonic() < ends:
            time.sleep(0.2)
        assert found, question
        return found

    def mail_of(self, reader: str, subject: str) -> EmailMessage:
        """Wait until a reader has a mail whose subject begins so."""
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            with IMAPClient("127.0.0.1", port=self.server.imap, ssl=False) as box:
                box.login(reader, PASSWORD)
                box.select_folder("INBOX", readonly=True)
                for parts in box.fetch(box.search(), ["BODY.PEEK[]"]).values():
                    mail = message_from_bytes(parts[b"BODY[]"], policy=policy.default)
                    if str(mail["Subject"]).startswith(subject):
                        return mail
            time.sleep(0.3)
        raise AssertionError(f"no mail '{subject}' came")

    def write(self, sender: str, text: str, *, subject: str, answers: EmailMessage | None = None) -> str:
        """Somebody writes to the newsletter; returns the Message-ID."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, OURS, subject
        mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="home.example")
        if answers is not None:
            mail["In-Reply-To"] = answers["Message-ID"]
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.port) as client:
            client.send_message(mail)
        return str(mail["Message-ID"])


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def quoted(mail: EmailMessage) -> str:
    lines = "\n".join(f"> {line}" for line in text_of(mail).splitlines())
    return f"On Monday, {mail['From']} wrote:\n\n{lines}\n"


@pytest.fixture
def town(tmp_path: Path, require: Callable[[str], str]) -> Iterator[Town]:
    require("postfix")
    require("dovecot")
    people = dict.fromkeys((OURS, ANNA, VERA), PASSWORD)
    with dovecot(people) as server, postfix(lmtp=server.lmtp) as port:
        mailbox = f"imap://bulletin%40example.org@127.0.0.1:{server.imap}/INBOX"
        settings = {
            "NEWSLETTER__FROM_ADDRESS": OURS,
            "NEWSLETTER__LIST_ID": "bulletin.example.org",
            "NEWSLETTER__BASE_URL": "",
            "SENDING__TRANSPORT": f"smtp://127.0.0.1:{port}",
            "SENDING__VERP": "true",
            "SENDING__BOUNCE_ADDRESS": "bounces@example.org",
            "INBOX__SOURCES": f'["{mailbox}"]',
            "INBOX__PASSWORD": PASSWORD,
            "INBOX__DONE_FOLDER": "Done",
            "INBOX__POLL_SECONDS": "600",  # so it is IDLE that tells of new mail
            "APPROVAL__PEOPLE": "1",
        }
        environment = {f"NEWSLETTER__{name}": value for name, value in settings.items()}
        yield Town(workspace=tmp_path / "workspace", port=port, server=server, environment=environment)


@pytest.fixture
def serving(town: Town) -> Iterator[Town]:
    """The sample issue is sent to two readers, and the newsletter listens."""
    town.newsletter("init", str(town.workspace))
    (town.workspace / "subscribers" / "people.csv").write_text(f"email\n{ANNA}\n{GONE}\n")
    town.newsletter("subscribers", "import", str(town.workspace / "subscribers" / "people.csv"))
    town.newsletter("approve", "2025-11", "--by", "Ann Approver")
    town.newsletter("inbox", "trust", "all", "act", "--by", "Mia")
    assert "2 chosen = 2 accepted" in town.newsletter("send", "2025-11", "--yes")
    with town.start("serve", "--port", "0") as process:
        yield town
        process.terminate()
        process.wait(60)


def test_a_life_by_mail_alone(serving: Town) -> None:
    town = serving
    issue = town.mail_of(ANNA, "NPM Bulletin")
    forwarded = (
        "Hello,\n\nAnna passed this on to me. Could you please add me to the mailing list?\n\nMany thanks\nVera\n\n"
        f"-------- Forwarded Message --------\nSubject: {issue['Subject']}\nFrom: {issue['From']}\nTo: {ANNA}\n\n"
    )
    asked = town.write(f"Vera Invented <{VERA}>", forwarded + text_of(issue), subject=f"Re: FW: {issue['Subject']}")
    confirming = town.mail_of(VERA, "Please confirm")
    assert confirming["In-Reply-To"] == asked
    assert "http" not in text_of(confirming)

    said_yes = town.write(VERA, f"Yes please\n\n{quoted(confirming)}", subject="Re: Please confirm", answers=confirming)
    town.mail_of(VERA, "Welcome")
    latest = town.mail_of(VERA, str(issue["Subject"]))
    evidence = (
        "SELECT event, source FROM newsletter_consentrecord c JOIN newsletter_subscriber s ON s.id = c.subscriber_id"
    )
    assert town.ask(f"{evidence} WHERE s.address = ? ORDER BY c.id", VERA) == [
        ("requested", asked),
        ("confirmed", said_yes),
    ]
    for message_id in (asked, said_yes):
        ((fingerprint,),) = town.ask("SELECT fingerprint FROM newsletter_reply WHERE message_id = ?", message_id)
        letter = town.workspace / "data" / "inbox" / fingerprint[:2] / f"{fingerprint}.eml"
        assert message_id.encode() in letter.read_bytes()

    town.write(VERA, f"Please take me off\n\n{quoted(latest)}", subject=f"Re: {latest['Subject']}", answers=latest)
    goodbye = town.mail_of(VERA, "You are off the list")
    status = "SELECT 1 FROM newsletter_subscriber WHERE address = ? AND status = ?"
    assert town.ask(status, VERA, "unsubscribed")
    assert town.ask(status, ANNA, "subscribed")

    command = re.search(r"undo [a-z2-7]{48}", " ".join(text_of(goodbye).split()))
    assert command
    town.write(VERA, "", subject=command[0])
    town.wait(status, VERA, "subscribed")

    (came_back,) = town.wait(
        "SELECT s.address, b.cause, b.source FROM newsletter_bounce b JOIN newsletter_delivery d "
        "ON d.id = b.delivery_id JOIN newsletter_subscriber s ON s.id = d.subscriber_id"
    )
    assert came_back == (GONE, "gone", "mail")
    town.wait("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM newsletter_arrival WHERE NOT is_filed)")
    with IMAPClient("127.0.0.1", port=town.server.imap, ssl=False) as box:
        box.login(OURS, PASSWORD)
        assert box.select_folder("INBOX")[b"EXISTS"] == 0
        assert box.select_folder("Done")[b"EXISTS"] == 5
    told = town.newsletter("inbox", "list", "--all")
    assert "Vera Invented asks to join" in told
