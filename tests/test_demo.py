"""The demonstration: the whole journey in a scratch workspace, and nobody's name in its log."""

import csv
import email
import email.policy
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import lxml.html
import pytest

from newsletter.bundle import bundle_root


@dataclass(frozen=True, kw_only=True)
class Demo:
    """One run of `newsletter demo` at DEBUG."""

    folder: Path
    status: int
    out: str
    log: str


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    command = [sys.executable, "-m", "newsletter", "-vv", "--log-json", "demo", "--dir", str(folder)]
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=bundle_root(),
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        timeout=110,
    )
    return Demo(folder=folder, status=ended.returncode, out=ended.stdout, log=ended.stderr)


@pytest.fixture(scope="module")
def mails(demo: Demo) -> list[EmailMessage]:
    files = sorted((demo.folder / "data" / "caught").glob("*.eml"))
    parsed = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    return [mail for mail in parsed if isinstance(mail, EmailMessage)]


def sample_people() -> list[dict[str, str]]:
    with (bundle_root() / "subscribers" / "sample.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_it_ends_with_all_that_were_to_be_sent_accepted(demo: Demo) -> None:
    assert demo.status == 0, demo.log
    assert demo.out.splitlines()[-1] == "199 of 199 accepted"
    assert "200 chosen = 199 accepted + 1 left in time" in demo.out


def test_each_step_says_the_command_that_does_it_for_real(demo: Demo) -> None:
    told = re.findall(r"^  \$ newsletter (.*)$", demo.out, re.MULTILINE)
    assert [line.split(" ")[0] for line in told] == [
        *("init", "subscribers", "check", "build", "approve", "approve", "send", "status", "inbox")
    ]


def test_seven_people_write_back_and_each_is_understood(demo: Demo) -> None:
    _, _, told = demo.out.partition("Seven people wrote back. See what I understood:")
    assert re.findall(
        r"^  (?:\S+ \S+ )?(is worried|asks to join|I am not sure: to join, or just a question\?|wants to leave"
        r"|has another address|sends something for the next issue|says what they think)",
        told,
        re.MULTILINE,
    ) == [
        "is worried",
        "asks to join",
        "I am not sure: to join, or just a question?",
        "wants to leave",
        "has another address",
        "sends something for the next issue",
        "says what they think",
    ]
    assert "that reader's subscription is not touched" in told
    assert told.count("[Do it]") == 4


def test_without_a_terminal_the_cards_are_one_file_that_asks_nobody(demo: Demo) -> None:
    file = demo.folder / "data" / "replies.html"
    assert str(file) in demo.out
    page = lxml.html.document_fromstring(file.read_text(encoding="utf-8"))
    assert len(page.xpath("//article")) == 7
    assert [" ".join(mark.text_content().split()) for mark in page.xpath("//article[2]//mark")] == [
        "Could you add me to the mailing list please?"
    ]
    assert not page.xpath("//script | //form | //link | //img | //a[@href]")


def test_every_mail_is_kept_as_a_file_for_one_person(demo: Demo, mails: list[EmailMessage]) -> None:
    assert demo.status == 0
    people = {row["email"] for row in sample_people()}
    addressed = [mail["To"].addresses[0].addr_spec for mail in mails]
    assert len(addressed) == len(set(addressed)) == 199
    assert set(addressed) < people
    assert len({mail["Message-ID"] for mail in mails}) == 199
    assert {mail["Subject"] for mail in mails} == {"NPM Bulletin November 2025: conference, good practice, new reports"}


def test_the_body_is_the_same_for_all_and_holds_no_personal_link(mails: list[EmailMessage]) -> None:
    bodies = {mail.get_body(("html",)).get_content() for mail in mails}  # type: ignore[union-attr]
    assert len(bodies) == 1
    links = {mail["List-Unsubscribe"] for mail in mails}
    assert len(links) == 199


def test_the_page_and_the_files_beside_it_are_there(demo: Demo) -> None:
    built = demo.folder / "data" / "build"
    page = (built / "web.html").read_text(encoding="utf-8")
    beside = re.findall(r'(?:src|href)="((?:images|events)/[^"]+)"', page)
    assert beside
    assert all((built / name).is_file() for name in beside)
    for path in (demo.folder / "data" / "caught", built / "web.html"):
        assert str(path) in demo.out


def test_the_log_tells_what_happened_as_json(demo: Demo) -> None:
    entries = [json.loads(line) for line in demo.log.splitlines()]
    assert {entry["logger"].split(".")[0] for entry in entries} == {"newsletter"}
    assert any("migrated" in entry["message"] for entry in entries)
    assert all(entry["level"] in ("debug", "info") for entry in entries)


def test_no_name_address_or_token_is_in_the_log(demo: Demo, mails: list[EmailMessage]) -> None:
    assert demo.log
    log = demo.log.casefold()
    for row in sample_people():
        for personal in (row["email"], row["email"].split("@")[0], row["name"]):
            assert personal.casefold() not in log
    assert "@" not in log
    for mail in mails:
        tokens = re.findall(r"[A-Za-z0-9_-]{16,}", mail["List-Unsubscribe"])
        assert tokens
        assert not [token for token in tokens if token.casefold() in log]
    assert (demo.folder / "data" / "secret.key").read_text() not in demo.log


def test_a_folder_that_is_in_use_is_left_alone(demo: Demo) -> None:
    command = [sys.executable, "-m", "newsletter", "demo", "--dir", str(demo.folder / "issues")]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=bundle_root(), timeout=60)
    assert ended.returncode == 2
    assert "name a new or empty folder" in ended.stderr
