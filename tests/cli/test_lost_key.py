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
