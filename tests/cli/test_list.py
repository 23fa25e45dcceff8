"""The list by command: one person's story, whose a mail was, erasure, a body's list beside ours, and exports."""

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.services.keys import key_of
from newsletter.subscribers.tokens import Purpose, make_token
from newsletter.workspace import load_workspace

Ask = Callable[..., str]

PEOPLE = "email,name,body\nann@cqc.example,Ann Reader,cqc\nbob@cqc.example,=1+1,cqc\ncat@cqc.example,Cat,cqc\n"
APPROVALS = [["approve", "2025-11", "--by", "Ann"], ["approve", "2025-11", "--by", "Bob"]]


@pytest.fixture
def listed(root: Path, tmp_path: Path, ask: Ask) -> Path:
    """A workspace with three people of a body."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    ask(["subscribers", "import", str(tmp_path / "people.csv")])
    return root


def answers(told: str) -> list[str]:
    """What each command said."""
    return [part.partition("\n")[2] if part[:2] in {" 0", " 1", " 2"} else part for part in told.split("=>")][:-1]


def test_one_story_for_staff_and_for_the_person(listed: Path, tmp_path: Path, ask: Ask) -> None:
    told = ask(
        *APPROVALS,
        ["send", "2025-11", "--yes"],
        ["subscribers", "show", "ANN@cqc.example"],
        ["subscribers", "show", "ann@cqc.example", "--json"],
        ["subscribers", "show", "nobody@cqc.example"],
        ["subscribers", "export", "--person", "ann@cqc.example", "--out", str(tmp_path / "ann"), "--by", "Bob"],
        ["subscribers", "export", "--person", "nobody@cqc.example", "--out", str(tmp_path / "no"), "--by", "Bob"],
    )
    words, data, nobody, exported, refused = answers(told)[-5:]
    for line in ("What is kept", "name  Ann Reader", "came with an import; how: imported file", "2025-11  mailing: 1"):
        assert line in words
    assert json.loads(data)["What was sent"][0]["what became of it"] == "accepted"
    assert nobody == "Nothing is kept about this address.\n"
    assert exported.count("Written: ") == 2
    assert json.loads((tmp_path / "ann" / "person.json").read_text())["What is kept"][0]["value"] == "ann@cqc.example"
    assert "look for another spelling" in refused
    assert not (tmp_path / "no").exists()
    mail = next(path for path in (listed / "data" / "outbox").rglob("*.eml") if "bob@cqc" in path.read_text())
    (found,) = answers(ask(["subscribers", "whose", str(mail)]))
    assert found.startswith("bob@cqc.example, subscribed (by ")
    assert found.endswith("issue 2025-11)\n")


@pytest.mark.usefixtures("listed")
def test_an_address_that_is_erased_stays_out_and_is_told_as_that(tmp_path: Path, ask: Ask) -> None:
    told = ask(
        ["subscribers", "erase", "cat@cqc.example", "--by", "Ann"],
        ["subscribers", "erase", "cat@cqc.example", "--by", "Ann", "--yes"],
        ["subscribers", "import", str(tmp_path / "people.csv")],
        ["subscribers", "add", "Cat@CQC.example"],
        ["subscribers", "show", "cat@cqc.example"],
    )
    unasked, erased, imported, added, shown = answers(told)
    assert unasked.endswith("Stopped.\n")
    assert erased.startswith("Erased")
    assert "1 never to write to" in imported
    assert "only its owner can ask otherwise" in added
    assert shown.startswith("Never to be written to again")
    assert "asked to be erased" in shown


@pytest.mark.usefixtures("listed")
def test_a_bodys_list_is_shown_for_decision_and_who_is_missing_is_asked(tmp_path: Path, ask: Ask) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("email,name\nann.reader@new.example,Ann Reader\nbob@cqc.example,Bob\ndan@cqc.example,Dan\n")
    reconcile = ["subscribers", "reconcile", str(theirs), "--body"]
    told = ask(
        [*reconcile, "cqc"],
        [*reconcile, "cqc", "--ask", "--by", "Ann"],
        [*reconcile, "cqc", "--ask", "--by", "Ann", "--yes"],
        [*reconcile, "none"],
        ["subscribers", "move", "ann@cqc.example", "ann.reader@new.example", "--by", "Ann"],
        ["subscribers", "stats", "--json"],
    )
    shown, unsure, asked, nobody, moved, stats = answers(told)
    assert unsure.endswith("Mail those who are missing (1) whether they want to stay? [y/N]: Stopped.\n")
    assert "On both lists: 1\n" in shown
    for heading, line in (
        ("New: 1", "row 4: dan@cqc.example Dan"),
        ("Missing: 1", "cat@cqc.example Cat"),
        ("Changed address: 1", "ann@cqc.example is now ann.reader@new.example? (the same name)"),
    ):
        assert heading in shown
        assert line in shown
    assert asked.endswith("Asked whether to stay: 1\n")
    assert "This body is not in subscribers/bodies.toml" in nobody
    assert "until its owner says yes, nothing changes" in moved
    assert json.loads(stats)["subscribed"] == 3


@pytest.mark.usefixtures("listed")
def test_fault_83_an_exported_list_runs_no_formula_and_needs_a_name(tmp_path: Path, ask: Ask) -> None:
    out = tmp_path / "list.csv"
    told = ask(
        ["subscribers", "export", "--out", str(out)],
        ["subscribers", "export", "--out", str(out), "--by", "Ann", "--columns", "address, name"],
        ["subscribers", "export", "--out", str(tmp_path / "no" / "list.csv"), "--by", "Ann"],
    )
    nameless, exported, nowhere = answers(told)
    assert "--by" in nameless
    assert exported.endswith("list.csv: 3\n")
    assert "can't be written" in nowhere
    with out.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["name"] for row in csv.DictReader(stream)] == ["Ann Reader", "'=1+1", "Cat"]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("options", "notices"), [([], ["you are off the list"]), (["--no-notice"], []), (["--for-good"], [])]
)
def test_staff_take_somebody_off_with_a_notice_or_without(ask: Ask, options: list[str], notices: list[str]) -> None:
    remove = ["subscribers", "remove", "ann@cqc.example", *options]
    gone, again, shown = answers(ask(remove, remove, ["subscribers", "show", "ann@cqc.example", "--json"]))
    assert (gone, again) == ("Removed.\n", "This address had left already.\n")
    story = json.loads(shown)
    assert next(row["value"] for row in story["What is kept"] if row["detail"] == "status") == "left"
    assert [mail["what it said"] for mail in story.get("Short mails", [])] == notices
    assert ("Never to be written to again" in story) == ("--for-good" in options)


@pytest.mark.usefixtures("listed")
def test_a_link_in_strangers_hands_is_ended_alone_or_with_all_of_its_person(root: Path, ask: Ask) -> None:
    def link() -> str:
        keys = key_of(load_workspace(root, {})).for_tokens
        return f"https://news.example.org/u/{make_token(Purpose.UNSUBSCRIBE, public_id(root), keys)}"

    posted = link()
    revoke = ["subscribers", "revoke", posted, "--by", "Ann"]
    ended, again, nothing, all_ended, gone = answers(
        ask(
            revoke,
            revoke,
            ["subscribers", "revoke", "https://news.example.org/u/x", "--by", "Ann"],
            ["subscribers", "revoke", "ann@cqc.example", "--by", "Ann"],
            ["subscribers", "new-key", "--end-old-links"],
        )
    )
    assert (ended, again) == ("This link no longer works.\n", "This link had been ended already.\n")
    assert nothing.startswith("No personal link of ours that still works is in this")
    assert "No link that this address got so far works" in all_ended
    assert link() != posted
    assert "Go on?" in gone
    assert len((root / "data" / "secret.key").read_text().splitlines()) == 1
    assert "Keep a copy" in ask(["subscribers", "new-key", "--end-old-links", "--yes", "--by", "Ann"])
    assert (root / "data" / "secret.key").read_text().endswith(" alone")


def public_id(root: Path) -> int:
    with closing(sqlite3.connect(root / "data" / "newsletter.sqlite3")) as connection:
        ask_for = "SELECT public_id FROM newsletter_subscriber WHERE address = 'ann@cqc.example'"
        return int(connection.execute(ask_for).fetchone()[0])
