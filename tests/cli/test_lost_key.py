"""Every command that opens the database says which key it lacks, and makes no other."""

from collections.abc import Callable
from pathlib import Path

Ask = Callable[..., str]


def test_each_refuses_in_one_clear_message_until_somebody_says_that_it_is_lost(root: Path, ask: Ask) -> None:
    ask(["subscribers", "add", "ada@example.org", "--by", "Ann"])
    key = root / "data" / "secret.key"
    key.unlink()
    *refusals, _ = ask(["status"], ["send", "2025-11"], ["serve"], ["migrate"]).split("=> 1\n")
    assert len(refusals) == 4
    for told in refusals:
        assert told.removeprefix("Nothing to do.\n").startswith("This database was made with the key")
        assert told.splitlines()[-1].endswith("newsletter migrate --lost-key --by NAME.")
    assert not key.exists()
    lost, status, _ = ask(["migrate", "--lost-key", "--by", "Ann"], ["status"]).split("=>")
    assert "keep a copy of it" in lost
    assert "Nothing has been sent yet" in status


def test_who_looks_at_a_new_workspace_leaves_no_key_that_tells_of_a_lost_database(root: Path, ask_in: Ask) -> None:
    looked, began = ask_in(root, ["doctor", "--offline"]), ask_in(root, ["subscribers", "stats"])
    data = root / "data"
    assert "There is none yet" in looked
    assert "0 subscribed" in began
    assert not any(path.stat().st_mode & 0o077 for path in (data, data / "newsletter.sqlite3", data / "secret.key"))
    (data / "newsletter.sqlite3").unlink()
    assert "is gone, and this workspace was in use" in ask_in(root, ["doctor", "--offline"])
