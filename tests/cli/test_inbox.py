"""`newsletter inbox`: what a person without the studio sees and does."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from letters import letter

Ask = Callable[..., str]

ADD_ME = "Hello,\n\nCould you please add me to the mailing list for the bulletin?\n"
MIA = ("--by", "Mia")


@pytest.fixture
def maildir(root: Path) -> Path:
    """Where replies of the workspace come in."""
    for part in ("new", "cur", "tmp"):
        (root / "mail" / part).mkdir(parents=True)
    with (root / "newsletter.toml").open("a") as settings:
        settings.write('\n[inbox]\nsources = ["maildir:mail"]\n')
    return root / "mail"


def take(root: Path, raw: bytes) -> int:
    command = [sys.executable, "-m", "newsletter", "-C", str(root), "inbox", "take", "--sender", "bea@home.example"]
    return subprocess.run(command, input=raw, capture_output=True, timeout=100, check=False).returncode


def test_from_the_first_mail_to_the_last_decision(root: Path, maildir: Path, ask: Ask) -> None:
    (maildir / "new" / "1.a").write_bytes(letter(ADD_ME, sender="Vera Invented <vera@home.example>"))
    (maildir / "new" / "2.a").write_bytes(letter("When is the next issue due?", sender="Bea <bea@home.example>"))
    told = ask(
        ["inbox", "poll"],
        ["inbox", "list"],
        ["inbox", "trust", "nothing", "act", *MIA],
        ["inbox", "trust", "all", "suggest", *MIA],
        ["inbox", "show", "1"],
        ["inbox", "act", "1", "do", *MIA],
        ["inbox", "poll"],
        ["inbox", "act", "1", "do", *MIA],
        ["inbox", "act", "1", "undo", *MIA],
        ["inbox", "act", "1", "no", *MIA],
        ["inbox", "act", "2", "other", *MIA],
        ["inbox", "act", "2", "answer", "--template", "joining", *MIA],
        ["inbox", "list", "--all", "--json"],
        ["inbox", "list"],
        ["inbox", "show", "9"],
    )
    for words in (
        "2 new, 2 dealt with, 0 tidied",
        "read, and left alone: Vera Invented asks to join.",
        "There is no act 'nothing'",
        "subscribe      suggest",
        "I would write to vera@home.example and ask them to confirm.",
        "You can say: do (Do it), no (No), other (It is something else)",
        "Done: they are asked to confirm.",
        "1 tidied",
        "Reply 1 is dealt with; nothing was changed.",
        "Taken back: they are not asked any more.",
        "From now on I only suggest acts of this sort.",
        "Say what it is with --is",
        "The answer is on its way.",
        "Nothing waits.",
        "There is no reply 9",
    ):
        assert words in told, told
    cards = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert {card["intent"] for card in cards} == {"question", "subscribe_self"}
    assert len(list((root / "data" / "outbox" / "automatic").glob("*.eml"))) == 2
    assert (maildir / "cur" / "1.a:2,S").is_file()


def test_a_mail_server_may_pipe_mail_in_and_keeps_what_we_can_not(root: Path, ask: Ask) -> None:
    assert take(root, letter(ADD_ME)) == 0
    told = ask(["inbox", "list", "--all"], ["inbox", "poll"], ["inbox", "list"])
    for words in (
        "just came in",
        "1 handed in, dealt with.",
        "No mailbox is named",
        "read, and left alone: ada@cqc.example asks to join.",
    ):
        assert words in told
    path = root / "data" / "newsletter.sqlite3"
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    assert take(root, letter(ADD_ME)) == 75


def test_a_mailbox_that_is_away_is_told(maildir: Path, root: Path, ask: Ask) -> None:
    maildir.rename(root / "elsewhere")
    told = ask(["inbox", "poll"])
    assert "can't be read" in told
    assert "=> 3" in told
