"""Every command that opens the database says which key it lacks, and makes no other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Spawn = Callable[..., Any]


@pytest.fixture
def lost(root: Path, spawn: Spawn) -> Path:
    """A workspace at work whose key was deleted."""
    assert spawn("-C", root, "subscribers", "add", "ada@example.org", "--by", "Ann").status == 0
    (root / "data" / "secret.key").unlink()
    return root


@pytest.mark.parametrize("command", ["status", "subscribers stats", "send 2025-11", "serve", "migrate"])
def test_it_refuses_in_one_clear_message(lost: Path, spawn: Spawn, command: str) -> None:
    ended = spawn("-C", lost, *command.split())
    assert (ended.status, ended.err.count("\n")) == (1, 1)
    assert "was made with the key" in ended.err
    assert not (lost / "data" / "secret.key").exists()


def test_whoever_says_that_it_is_lost_can_go_on(lost: Path, spawn: Spawn) -> None:
    done = spawn("-C", lost, "migrate", "--lost-key", "--by", "Ann")
    assert (done.status, done.err) == (0, "")
    assert "keep a copy of it" in done.out
    assert spawn("-C", lost, "status").status == 0
