"""The faults that a list of people must stand, numbered as in the project's table of faults.

Each hostile file gets one sentence that names no person, nothing of it is written, and memory stays flat. Exports are
in `tests/cli/test_list.py` and `test_story.py`, bombs in `tests/subscribers/test_spreadsheets.py`.
"""

import resource
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newsletter.errors import InputError
from newsletter.models import AuditRecord, ConsentRecord, Subscriber
from newsletter.services.erasing import erase
from newsletter.services.importing import Fate, import_subscribers
from newsletter.services.reconciling import reconcile
from newsletter.services.subscribing import add_subscriber
from newsletter.subscribers.importing import ImportFile
from newsletter.subscribers.pasted import Pasted
from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db

GOOD = b"email,name\nann@example.org,Ann\n"
GIGABYTE = 1 << 30


def huge(path: Path) -> None:
    """A gigabyte that takes no room on the disk: after the first row there is a hole."""
    path.write_bytes(GOOD)
    with path.open("r+b") as stream:
        stream.truncate(GIGABYTE)


def hole(path: Path) -> None:
    """Below the limit, so that it is read: 400 MB of NUL bytes."""
    path.write_bytes(GOOD)
    with path.open("r+b") as stream:
        stream.truncate(400_000_000)


def one_line(path: Path) -> None:
    path.write_bytes(GOOD + b"bob@example.org" * 10_000_000)


def wide(path: Path) -> None:
    """A million columns in a line of 2 MB, and in one that is short enough to be a line."""
    path.write_bytes(b"email" + b",x" * 1_000_000 + b"\nann@example.org\n")


def wide_and_short(path: Path) -> None:
    path.write_bytes(b"email" + b"," * 1_000_000 + b"\nann@example.org\n")


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("people.csv", GOOD)


def mixed(path: Path) -> None:
    path.write_bytes("email,name\nann@example.org,Siân\n".encode() + "bob@example.org,Íde\n".encode("cp1252"))


def nul(path: Path) -> None:
    path.write_bytes(GOOD + b"bob@example.org,B\0b\n")


HOSTILE: dict[Callable[[Path], None], str] = {
    huge: "this file has 1,074 MB",
    hole: "holds NUL bytes",
    one_line: "a line has more than a million letters",
    wide: "a line has more than a million letters",
    wide_and_short: "more than 100 columns",
    zipped: "a zip",
    mixed: "UTF-8 (line 2) and others as Windows-1252 (line 3)",
    nul: "holds NUL bytes",
}


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_fault_84_a_hostile_file_gets_one_sentence_and_nothing_of_it_is_written(
    make: Callable[[Path], None], workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    make(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError) as caught:
        import_subscribers(workspace, ImportFile(path), basis="consent", by="Staff", skip_errors=True)
    (problem,) = caught.value.problems
    assert HOSTILE[make] in problem.message
    assert problem.file == str(path)
    assert "\n" not in problem.message
    assert "@" not in problem.message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KB
    assert not Subscriber.objects.exists()
    assert not ConsentRecord.objects.exists()
    assert not AuditRecord.objects.exists()


ROWS = {
    "two in a cell": ("bob@example.org; cat@example.org", "more than one address"),
    "two with a comma": ('"bob@example.org, cat@example.org"', "more than one address"),
    "two without anything": ("bob@example.orgcat@example.org", "not an address"),
    "a smuggled recipient": ("a@example.org> SIZE=1", "blank inside"),
    "homograph": ("bob@\u0430pple.example", "mixes alphabets"),
    "punycode of it": ("bob@xn--pple-43d.example", "mixes alphabets"),
    "whole in another alphabet": ("bob@\u0430\u0440\u0440\u04cf\u0435.example", "mixes alphabets"),
    "formula": ('"=HYPERLINK(""https://evil.example"",""bob@example.org"")"', "not an address"),
    "overriding direction": ("bob@\u202eelpmaxe.example", "control character"),
    "no address": ("bob", "incomplete"),
}


@pytest.mark.parametrize("case", ROWS)
def test_fault_84_a_hostile_cell_is_told_by_its_row_and_the_file_is_not_half_taken(
    case: str, workspace: Workspace, tmp_path: Path
) -> None:
    cell, words = ROWS[case]
    path = tmp_path / "people.csv"
    path.write_text(f"email,name\nann@example.org,Ann\n{cell},Bob\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        import_subscribers(workspace, ImportFile(path), basis="consent", by="Staff")
    (problem,) = caught.value.problems
    assert (problem.line, words in problem.message) == (3, True), problem.message
    assert "bob" not in problem.message.casefold()
    assert not Subscriber.objects.exists()
    assert not AuditRecord.objects.exists()


@pytest.mark.parametrize("header", ["=?utf-8?q?=0D=0ABcc:all@example.org?=", "Ann\u2028Bcc: all@example.org"])
def test_fault_70_a_name_that_would_break_a_header_stays_out(header: str, workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f'email,name\nann@example.org,"{header}"\n', encoding="utf-8")
    with pytest.raises(InputError, match="name"):
        import_subscribers(workspace, ImportFile(path), basis="consent", by="Staff")


def test_fault_83_a_formula_comes_in_as_text_and_an_address_may_begin_like_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text('email,name\n-ann@example.org,"=HYPERLINK(""https://evil.example"")"\n')
    import_subscribers(workspace, ImportFile(path), basis="consent", by="Staff")
    assert Subscriber.objects.get().name == '=HYPERLINK("https://evil.example")'


def test_fault_84_one_mailbox_in_many_spellings_is_one_person(workspace: Workspace, tmp_path: Path) -> None:
    spellings = ("ann@bücher.example", "ANN@BÜCHER.example", "ann@xn--bcher-kva.example", "ann@bu\u0308cher.example")
    path = tmp_path / "people.csv"
    path.write_text("email\n" + "\n".join(spellings) + "\n", encoding="utf-8")
    counts = import_subscribers(workspace, ImportFile(path), basis="consent", by="Staff").counts
    assert (counts[Fate.NEW], counts[Fate.DUPLICATE]) == (1, 3)


def test_fault_93_who_was_erased_stays_out_by_every_way_in(workspace: Workspace, tmp_path: Path) -> None:
    erase(workspace, add_subscriber(workspace, "ann@example.org", basis="consent", by="Staff"), by="Staff")
    path = tmp_path / "people.csv"
    path.write_text("email\n ANN@Example.org \n")
    for source in (ImportFile(path), ImportFile(Pasted("Ann <ann@example.org>"))):
        assert import_subscribers(workspace, source, basis="consent", by="Staff").counts[Fate.SUPPRESSED] == 1
        assert reconcile(workspace, "cqc", source).joiners == ()
    assert not Subscriber.objects.exists()


LIMITED = """
import resource, sys
from pathlib import Path
from newsletter.cli.session import Session
workspace = Session(Path(sys.argv[1])).with_database()
from newsletter.services.importing import import_subscribers
from newsletter.subscribers.importing import ImportFile
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = import_subscribers(workspace, ImportFile(Path(sys.argv[2])), basis="consent", by="Staff", skip_errors=True)
print(report.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_fault_84_a_long_list_is_a_stream(workspace: Workspace, tmp_path: Path) -> None:
    """Sixty thousand people, every second row broken: all rows held at once would take more than 60 MB."""
    path = tmp_path / "people.csv"
    with path.open("w") as stream:
        stream.write("email,name\n")
        stream.writelines(f"reader{number}@{'example.org' * (number % 2)},{'Name ' * 30}\n" for number in range(60_000))
    command = [sys.executable, "-W", "error", "-c", LIMITED, str(workspace.root), str(path)]
    rows, grown = map(int, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    assert rows == 60_000
    assert grown < 60_000  # KB
    with closing(sqlite3.connect(workspace.data / "newsletter.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM newsletter_subscriber").fetchone() == (30_000,)
