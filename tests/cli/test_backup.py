"""Copies of the database, and putting one back: nobody who left since comes back, and nothing goes twice."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.errors import ConflictError, InputError
from newsletter.services.backups import open_copy, read_manifest
from newsletter.workspace import load_workspace

Ask = Callable[..., str]

NAMES = ("ann", "bob", "cat", "dan", "eve", "fay", "gus")
RESTORE = ("--by", "Ann", "--yes")
APPROVALS = [["approve", "2025-11", "--by", "Ann"], ["approve", "2025-11", "--by", "Bob"]]
# What readers do by links and mails, which no command does for them.
MOVE_AND_LEAVE = """
import sys
from pathlib import Path
from newsletter.cli.session import Session
workspace = Session(Path(sys.argv[1])).with_database()
from newsletter.models import Mechanism
from newsletter.services.confirming import confirm
from newsletter.services.deciding import take_off
from newsletter.services.requesting import ask_to_join, ask_to_move
from newsletter.services.subscribing import find_subscriber
from newsletter.subscribers.addresses import parse_address
how = {"mechanism": Mechanism.FORM}
dan = find_subscriber("dan@example.org")
confirm(workspace, ask_to_move(dan, parse_address("dan@new.example"), **how), **how)
take_off(workspace, find_subscriber("dan@new.example"), **how)
new = confirm(workspace, ask_to_join(workspace, parse_address("new@example.org"), **how), **how).person
take_off(workspace, new, **how)
"""


# What somebody sent in who was never on the list.
NEWS = """
INSERT INTO newsletter_queueitem (kind, source, at, title, address, address_compared, body, language, content, picture,
    state)
VALUES ('news', 'form', '2025-11-01', 'Visit',
    'visitor@example.org', 'visitor@example.org', '', '', '{}', '', 'waiting')
"""


def ask_database(root: Path, statement: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(root / "data" / "newsletter.sqlite3")) as database, database:
        return database.execute(statement).fetchall()


def people(root: Path) -> dict[str, str]:
    return dict(ask_database(root, "SELECT address_compared, status FROM newsletter_subscriber ORDER BY id"))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, write_root: Callable[[Path], Path], ask_in: Ask) -> Path:
    """A workspace with seven people on the list, and a copy of its database."""
    folder = write_root(tmp_path_factory.mktemp("template") / "workspace")
    (folder / "people.csv").write_text("email\n" + "".join(f"{name}@example.org\n" for name in NAMES))
    ask_in(folder, ["subscribers", "import", str(folder / "people.csv")])
    ask_database(folder, NEWS)
    told = ask_in(folder, ["backup"])
    assert "The key is not in it" in told
    return folder


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "workspace")


@pytest.fixture
def copy(root: Path) -> Path:
    """The copy of its database."""
    (made,) = (root / "data" / "backups").glob("*.sqlite3")
    assert made.stat().st_mode & 0o077 == 0
    return made


def remove_some(root: Path, ask: Ask) -> None:
    """One leaves, one is never to be written to, one is erased, one moves and leaves, one joins and leaves."""
    told = ask(
        ["subscribers", "remove", "ann@example.org"],
        ["subscribers", "remove", "bob@example.org", "--for-good"],
        ["subscribers", "erase", "cat@example.org", "--by", "Ann", "--yes"],
        ["subscribers", "erase", "visitor@example.org", "--by", "Ann", "--yes"],
    )
    assert told.count("=> 0") == 4
    subprocess.run([sys.executable, "-W", "error", "-c", MOVE_AND_LEAVE, str(root)], check=True)


def test_a_copy_says_which_key_it_lacks_and_holds_no_secret(root: Path, copy: Path) -> None:
    note = json.loads(copy.with_suffix(".json").read_text())
    secret = (root / "data" / "secret.key").read_text()
    assert len(note["key"]) == 8
    assert set(note) == {"made", "release", "key", "sha256"}
    assert secret not in copy.with_suffix(".json").read_text()
    assert bytes.fromhex(secret) not in copy.read_bytes()
    assert secret.encode() not in copy.read_bytes()


def test_fault_93_whoever_left_or_was_erased_since_stays_out_of_a_restored_database(
    root: Path, copy: Path, tmp_path: Path, ask: Ask
) -> None:
    remove_some(root, ask)
    told = ask(
        ["restore", str(copy), *RESTORE],
        ["subscribers", "import", str(root / "people.csv"), "--dry-run"],
    )
    assert "addresses off the list 5, never to be written to again 3, people erased 1." in told
    assert "The workspace is in practice" in told
    on_the_list = {address for address, status in people(root).items() if status == "subscribed"}
    assert on_the_list == {"eve@example.org", "fay@example.org", "gus@example.org"}
    assert "cat@example.org" not in people(root)
    assert ask_database(root, "SELECT address, address_compared FROM newsletter_queueitem") == [("", "")]
    assert "3 here already" in told.split("=>")[1]
    again = tmp_path / "again.csv"
    again.write_text("email\nnew@example.org\ndan@new.example\ndan@example.org\nCAT@example.org\n")
    ask(["subscribers", "import", str(again)])
    assert {address for address, status in people(root).items() if status == "subscribed"} == on_the_list


def test_nothing_is_put_back_under_a_program_that_runs(root: Path, copy: Path, ask: Ask) -> None:
    with closing(sqlite3.connect(root / "data" / "newsletter.sqlite3")) as database:
        database.execute("SELECT count(*) FROM newsletter_subscriber").fetchone()  # open, as serve keeps it
        told = ask(["restore", str(copy), *RESTORE])
    assert told == "Another program has the database open; stop newsletter serve first.\n=> 3\n"


def test_a_copy_of_a_newer_release_changes_nothing(root: Path, copy: Path, ask: Ask) -> None:
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('newsletter', '0999', '2030')")
    note = json.loads(copy.with_suffix(".json").read_text())
    note["sha256"] = hashlib.sha256(copy.read_bytes()).hexdigest()
    copy.with_suffix(".json").write_text(json.dumps(note))
    told = ask(["restore", str(copy), *RESTORE], ["subscribers", "stats"])
    assert "A newer release wrote this database" in told
    assert "7 subscribed" in told
    assert not list((root / "data").glob("restoring*"))


def test_where_the_database_is_lost_the_newest_copy_tells_who_left(root: Path, copy: Path, ask: Ask) -> None:
    remove_some(root, ask)
    ask(["backup"])
    (root / "data" / "newsletter.sqlite3").write_bytes(b"not a database" * 1000)
    for ending in ("-wal", "-shm"):
        (root / "data" / f"newsletter.sqlite3{ending}").unlink(missing_ok=True)
    told = ask(["restore", str(copy), *RESTORE], ["subscribers", "stats"])
    assert "off the list 5" in told
    assert "3 subscribed" in told
    assert len(list((root / "data" / "backups").glob("damaged-*"))) == 1
    assert not list((root / "data").rglob("*restoring*"))
    assert not list((root / "data" / "backups").rglob("*-wal"))


def test_with_nothing_later_to_read_it_says_so(root: Path, copy: Path, tmp_path: Path, ask: Ask) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for file in (copy, copy.with_suffix(".json")):
        shutil.move(file, elsewhere)
    key = (root / "data" / "secret.key").read_text()
    shutil.rmtree(root / "data")
    (root / "data").mkdir()
    (root / "data" / "secret.key").write_text(key)
    told = ask(["restore", str(elsewhere / copy.name), *RESTORE])
    assert "Nothing later could be read" in told
    assert len(people(root)) == 7


def test_a_copy_is_not_put_back_without_its_key_and_no_key_is_made(root: Path, copy: Path, ask: Ask) -> None:
    key, database = root / "data" / "secret.key", root / "data" / "newsletter.sqlite3"
    key.unlink()
    database.unlink()
    told = ask(["restore", str(copy), *RESTORE])
    assert told.startswith("This copy needs the key ")
    assert told.endswith("=> 1\n")
    assert not database.exists()
    assert not key.exists()


def test_a_copy_is_not_put_back_beside_another_key(root: Path, copy: Path) -> None:
    (root / "data" / "secret.key").write_text("ab" * 32)
    with pytest.raises(ConflictError, match="holds the key"):
        open_copy(load_workspace(root, {}), copy)


def test_fault_51_what_went_out_since_goes_to_nobody_again_and_a_person_must_say_go(
    root: Path, copy: Path, ask: Ask
) -> None:
    ask(*APPROVALS, ["send", "2025-11", "--yes"])
    ask_database(root, "UPDATE newsletter_delivery SET state = 'pending' WHERE id <= 2")
    ask_database(root, "UPDATE newsletter_delivery SET state = 'transmitting' WHERE id = 1")
    ask_database(root, "UPDATE newsletter_mailing SET state = 'sending', finished_at = NULL")
    ask(["backup"])
    ask_database(root, "UPDATE newsletter_delivery SET state = 'accepted' WHERE id = 1")
    ask_database(root, "UPDATE newsletter_delivery SET state = 'transmitting' WHERE id = 2")
    before = ask_database(root, "SELECT instance_epoch FROM newsletter_workspacestate")
    half_way = max((root / "data" / "backups").glob("newsletter-*.sqlite3"))
    told = ask(["restore", str(half_way), *RESTORE])
    assert "mails that went out 2." in told
    assert "wait for somebody's word (newsletter status): 1" in told
    states = ask_database(root, "SELECT state FROM newsletter_delivery ORDER BY id LIMIT 2")
    assert states == [("accepted",), ("in_doubt",)]
    assert ask_database(root, "SELECT state FROM newsletter_mailing") == [("needs_approval",)]
    assert ask_database(root, "SELECT instance_epoch FROM newsletter_workspacestate") != before
    ask_database(root, "UPDATE newsletter_mailing SET practice = 0")
    told = ask(["restore", str(copy), *RESTORE])
    assert "Issue 2025-11 was sent since then and this copy does not know it" in told


def test_a_copy_that_is_damaged_or_stands_alone_is_refused(root: Path, copy: Path, ask: Ask) -> None:
    note, sound = copy.with_suffix(".json"), copy.read_bytes()
    copy.write_bytes(sound[:-1] + b"x")
    told = ask(["restore", str(copy), *RESTORE])
    assert "is not the file that its note speaks of" in told
    assert len(people(root)) == 7
    copy.write_bytes(sound)
    for broken in ("nonsense", "[]", '{"made": 1}'):
        note.write_text(broken)
        with pytest.raises(InputError, match="is no note of a backup"):
            read_manifest(copy)
    note.unlink()
    with pytest.raises(InputError, match="belong together"):
        read_manifest(copy)


def test_a_copy_is_whole_while_somebody_writes(root: Path, copy: Path, ask: Ask) -> None:
    """A writer adds rows two at a time, in one transaction each: every copy holds an even number."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(root / "data" / "newsletter.sqlite3")])
    try:
        ask(*[["backup"]] * 4)
    finally:
        writer.terminate()
        writer.wait()
    copies = sorted(set((root / "data" / "backups").glob("newsletter-*.sqlite3")) - {copy})
    counts = []
    for made in copies:
        with closing(sqlite3.connect(made)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            counts.append(database.execute("SELECT count(*) FROM newsletter_wording").fetchone()[0])
    assert len(counts) == 4
    assert all(count % 2 == 0 for count in counts)
    assert counts[-1] > 0


WRITER = """
import itertools, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
for number in itertools.count():
    database.execute("BEGIN IMMEDIATE")
    for half in "ab":
        database.execute(
            "INSERT INTO newsletter_wording (version, text, at) VALUES (?, '', '2025-11-01')", [f"{number}{half}"]
        )
    database.execute("COMMIT")
"""
