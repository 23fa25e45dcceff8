"""Each command as people call it: what it writes, what it says, and what it returns to the shell."""

import email
import email.policy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
PEOPLE = "email,name,body\nann@example.org,Ann,cqc\nbob@example.org,Bob,cqc\ncleo@example.org,Cleo,cqc\n"
# One process for many commands: each would load Django anew.
SESSION = """
import json, sys
from newsletter.cli import main
for arguments in json.loads(sys.argv[1]):
    try:
        main(["-C", sys.argv[2], *arguments])
    except SystemExit as ended:
        print(f"\\n=> {ended.code}", flush=True)
"""


def session(root: Path, *commands: list[str]) -> list[tuple[int, str]]:
    """Status and words (of both streams) of each command."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", SESSION, json.dumps(commands), str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        timeout=100,
    )
    *parts, rest = ended.stdout.split("\n=> ")
    assert (ended.returncode, len(parts)) == (0, len(commands)), ended.stdout
    statuses = [int(part.split("\n", 1)[0]) for part in [*parts[1:], rest]]
    words = [parts[0], *(part.split("\n", 1)[1] for part in parts[1:])]
    return list(zip(statuses, words, strict=True))


def test_build_writes_what_the_contract_names(run: Run, root: Path, tmp_path: Path, issue_text: str) -> None:
    picture = "  - {type: image, id: dot, image: {file: dot.png, alt: A dot.}}\n  - {type: events, id: events}\n"
    (root / "issues" / "2025-11" / "issue.yaml").write_text(issue_text + picture)
    outcome = run("build", "2025-11", "--out", tmp_path / "out")
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    (image,) = [name for name in files if name.startswith("images/")]
    assert files == {
        *("index.html", "message.eml", "text.txt", "web.html", "web-fragment.html", "events/visit.ics", image, ".built")
    }
    assert (outcome.status, outcome.err) == (0, "")
    assert "Wrote 7 files" in outcome.out


def test_two_builds_are_the_same_bytes(run: Run, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("build", "2025-11", "--out", tmp_path / name)
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in ("one", "two")
    )
    assert first == second


def test_the_message_built_is_a_mail_to_a_placeholder(run: Run, tmp_path: Path) -> None:
    run("build", "2025-11", "--out", tmp_path / "out")
    raw = (tmp_path / "out" / "message.eml").read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["To"] == "A Reader <reader@example.org>"
    assert message["Subject"] == "Bulletin"
    assert message.get_body(("html",)).get_content().startswith("<!DOCTYPE html>")  # type: ignore[union-attr]
    assert "Hello." in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_message_carries_the_pictures_it_shows_and_no_others(
    run: Run, root: Path, tmp_path: Path, issue_text: str
) -> None:
    picture = "  - {type: image, id: dot, only: web, image: {file: dot.png, alt: A dot.}}\n"
    for name, text in (("web", issue_text + picture), ("mail", issue_text + picture.replace(" only: web,", ""))):
        (root / "issues" / "2025-11" / "issue.yaml").write_text(text)
        run("build", "2025-11", "--out", tmp_path / name)
    carried = {
        name: b"Content-Type: image/" in (tmp_path / name / "message.eml").read_bytes() for name in ("web", "mail")
    }
    assert carried == {"web": False, "mail": True}


def test_every_variant_is_built_in_a_folder_of_its_own(run: Run, root: Path, tmp_path: Path, issue_text: str) -> None:
    more = "  - {type: text, id: scots, audience: scotland, text: For Scots.}\n"
    (root / "issues" / "2025-11" / "issue.yaml").write_text(issue_text + more)
    run("build", "2025-11", "--out", tmp_path / "out")
    assert "For Scots." not in (tmp_path / "out" / "text.txt").read_text()
    assert "For Scots." in (tmp_path / "out" / "en+scotland" / "text.txt").read_text()


def test_a_build_takes_away_what_an_earlier_one_left_and_nothing_else(
    run: Run, root: Path, tmp_path: Path, issue_text: str
) -> None:
    file, out = root / "issues" / "2025-11" / "issue.yaml", tmp_path / "out"
    scots = "  - {type: text, id: scots, audience: scotland, text: For Scots.}\n"
    file.write_text(issue_text + scots + "  - {type: events, id: events}\n")
    run("build", "2025-11", "--out", out)
    (out / "notes.txt").write_text("my own")
    (out / "en+scotland" / "notes.txt").write_text("my own")
    (tmp_path / "outside.txt").write_text("not in the folder")
    with (out / ".built").open("a") as listed:
        listed.write("../outside.txt\nen+scotland\n")
    file.write_text(issue_text)
    run("build", "2025-11", "--out", out)
    left = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert left == {
        *("index.html", "message.eml", "text.txt", "web.html", "web-fragment.html", ".built", "notes.txt"),
        "en+scotland/notes.txt",
    }
    assert (tmp_path / "outside.txt").exists()
    assert not (out / "events").exists()


def test_check_tells_findings_in_words_and_as_json(run: Run, root: Path, issue_text: str) -> None:
    path = root / "issues" / "2025-11" / "issue.yaml"
    assert run("check", "2025-11").status == 0
    path.write_text(issue_text.replace("Hello.", "Lorem ipsum."))
    words, machine = run("check", "2025-11"), run("check", "2025-11", "--json")
    assert words.status == machine.status == 1
    assert f"{path.relative_to(root)}:11: section 'welcome', field text: 'Lorem ipsum'" in words.out
    assert "1 to mend first" in words.out
    told = json.loads(machine.out)
    assert (told["issue"], told["blocking"]) == ("2025-11", 1)
    assert told["findings"][0]["line"] == 11


def test_the_schema_is_json_schema_that_names_every_section_type(run: Run) -> None:
    schema = json.loads(run("schema").out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert set(schema["properties"]["sections"]["items"]["discriminator"]["mapping"]) >= {"letter", "events", "image"}


def test_init_makes_a_workspace_that_builds(spawn: Run, tmp_path: Path) -> None:
    outcome = spawn("init", tmp_path / "mine")
    assert (outcome.status, outcome.err) == (0, "")
    assert "It is in practice" in outcome.out
    ignored = (tmp_path / "mine" / ".gitignore").read_text().splitlines()
    assert {"data/", "subscribers/*", "!subscribers/sample.csv"} <= set(ignored)
    built = spawn("-C", tmp_path / "mine", "build", "2025-12", "--out", tmp_path / "out")
    assert built.status == 0


def test_a_mailing_from_a_list_to_its_receipt(root: Path, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    steps = session(
        root,
        ["subscribers", "import", str(tmp_path / "people.csv"), "--dry-run"],
        ["subscribers", "import", str(tmp_path / "people.csv")],
        ["subscribers", "remove", "cleo@example.org"],
        ["subscribers", "stats", "--json"],
        ["send", "2025-11", "--yes"],
        ["approve", "2025-11", "--by", "Ann Approver"],
        ["send", "2025-11", "--yes"],
        ["approve", "2025-11", "--by", "Bob Approver"],
        ["send", "2025-11", "--dry-run"],
        ["send", "2025-11", "--at", "2020-01-01T10:00", "--yes"],
        ["send", "2025-11", "--at", "tomorrow", "--yes"],
        ["send", "2025-11"],
        ["status"],
        ["send", "2025-11", "--yes"],
        ["send", "2025-11", "--yes"],
        ["status", "--json"],
        ["pause", "1"],
        ["status", "9"],
        ["test", "2025-11", "--to", "Me <me@example.org>"],
    )
    statuses, words = zip(*steps, strict=True)
    assert statuses == (0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 130, 0, 0, 1, 0, 1, 2, 0)
    assert words[0].startswith("Nothing is written yet: 3 rows = 3 new")
    assert words[1].startswith("3 rows = 3 new")
    assert {status: count for status, count in json.loads(words[3]).items() if count} == {
        "subscribed": 2,
        "unsubscribed": 1,
    }
    assert "(1 of 2)" in words[5]
    assert "frozen and can be sent" in words[7]
    assert "2 chosen, 2 to be sent by outbox:" in words[8]
    assert "is past" in words[9]
    assert "Stopped." in words[11]
    assert words[12].startswith("Nothing has been sent yet.")
    assert "2 chosen = 2 accepted" in words[13]
    assert "already" in words[14]
    (mailing,) = json.loads(words[15])
    assert (mailing["chosen"], mailing["parts"], mailing["practice"]) == (2, {"accepted": 2}, True)
    assert len(list((root / "data" / "outbox").rglob("*.eml"))) == 3  # two to the list, and the test copy
    (copy,) = (root / "data" / "outbox" / "test").glob("*.eml")
    test = email.message_from_bytes(copy.read_bytes(), policy=email.policy.default)
    assert (test["Subject"], test["To"]) == ("[TEST] Bulletin", "Me <me@example.org>")


@pytest.mark.parametrize("broken", ["a file that is no database", "a file in the place of the folder"])
def test_what_is_missing_outside_ends_with_status_three(spawn: Run, root: Path, broken: str) -> None:
    data = root / "data"
    if broken == "a file in the place of the folder":
        data.write_text("x")
    else:
        data.mkdir()
        (data / "newsletter.sqlite3").write_text("this is no database, however long one looks at it")
    outcome = spawn("-C", root, "status")
    assert (outcome.status, outcome.out) == (3, "")
    assert len(outcome.err.splitlines()) == 1
    assert str(data) in outcome.err
