"""What is asked of a mailing once it left: a report, a copy, a correction, and those we can't tell."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

PEOPLE = "email,name,body\nann@example.org,Ann,cqc\nbob@example.org,Bob,cqc\ncleo@example.org,Cleo,cqc\n"
APPROVALS = [["approve", "2025-11", "--by", "Ann"], ["approve", "2025-11", "--by", "Bob"]]
Ask = Callable[..., str]


@pytest.fixture
def sent(root: Path, tmp_path: Path, ask: Ask) -> Path:
    """A workspace whose first issue went to three people; of one of them nobody knows."""
    (tmp_path / "people.csv").write_text(PEOPLE)
    told = ask(["subscribers", "import", str(tmp_path / "people.csv")], *APPROVALS, ["send", "2025-11", "--yes"])
    assert "3 chosen = 3 accepted" in told
    with closing(sqlite3.connect(root / "data" / "newsletter.sqlite3")) as database, database:
        database.execute("UPDATE newsletter_delivery SET state = 'in_doubt' WHERE id = 2")
    return root


@pytest.mark.usefixtures("sent")
def test_those_we_cannot_tell_are_listed_and_settled_by_name(ask: Ask) -> None:
    told = ask(["resolve"], ["resolve", "1", "2", "--accept"], ["resolve", "1", "--accept", "--by", "Ann"])
    listed, nameless, nobody, _ = told.split("=>")
    assert "Mailing 1, 2: bob@example.org" in listed
    assert "Leave it" in listed
    assert nameless.startswith(" 0")
    assert "say who with --by" in nameless
    assert nobody.startswith(" 2")
    assert "Say which" in nobody
    again = ask(
        ["resolve", "1", "--all", "--send-again", "--by", "Ann"],
        ["resume", "1"],
        ["resolve"],
        ["report", "1", "--json"],
    )
    assert "1 will be tried once more; `newsletter resume 1` sends them." in again
    assert "There is nothing to settle." in again
    assert '"receipt": "3 chosen = 3 accepted"' in again


def test_one_reader_gets_another_copy_for_a_reason(sent: Path, ask: Ask) -> None:
    copy = ["send", "2025-11", "--copy-to", "Ann@example.org", "--yes"]
    told = ask(copy, [*copy, "--reason", "never came", "--by", "Bob"], ["report", "2"])
    without, copied, report, _ = told.split("=>")
    assert "needs its reason" in without
    assert "1 chosen = 1 accepted" in copied
    assert "Sent because: copy: never came" in report
    assert "ann@example.org" not in report.lower()
    mails = [path.read_text() for path in (sent / "data" / "outbox").rglob("*.eml")]
    assert sum("ann@example.org" in mail for mail in mails) == 2


def test_a_correction_goes_to_those_who_have_it_or_may_have(sent: Path, ask: Ask) -> None:
    issue = sent / "issues" / "2025-11" / "issue.yaml"
    issue.write_text(issue.read_text().replace("Hello.", "Hello again."))
    with closing(sqlite3.connect(sent / "data" / "newsletter.sqlite3")) as database, database:
        database.execute("UPDATE newsletter_delivery SET state = 'refused' WHERE id = 3")
    told = ask(
        *APPROVALS,
        ["send", "2025-11", "--correcting", "1", "--segment", "x", "--yes"],
        ["send", "2025-11", "--correcting", "1", "--yes"],
        ["report", "2"],
    )
    assert "exclude each other" in told
    assert "Issue 2025-11: 2 chosen, 2 to be sent" in told
    assert "2 chosen = 2 accepted" in told
    assert "A correction of mailing 1" in told


@pytest.mark.usefixtures("sent")
def test_status_tells_the_numbers_and_an_hour_that_is_skipped_is_refused(ask: Ask) -> None:
    told = ask(["send", "2025-11", "--at", "2030-03-31T01:30", "--again", "why", "--yes"], ["status", "--json"])
    assert "does not exist in Europe/London" in told
    (mailing,) = json.loads(told[told.index("[\n") : told.rindex("]") + 1])
    assert (mailing["sent"], mailing["waiting"], mailing["cannot_tell"], mailing["seconds_left"]) == (2, 0, 1, None)


@pytest.mark.usefixtures("sent")
def test_report_without_a_mailing_tells_the_latest_in_a_row(ask: Ask) -> None:
    told = ask(["report"])
    assert "2025-11, " in told
    assert "0 joined and 0 left" in told
