"""What would stop a mailing at its first mail is found before anything is planned."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Spawn = Callable[..., Any]


@pytest.fixture
def approved(root: Path, spawn: Spawn) -> Path:
    """A workspace with one reader and an approved issue."""
    toml = root / "newsletter.toml"
    toml.write_text(toml.read_text() + "[approval]\npeople = 1\n")
    assert spawn("-C", root, "subscribers", "add", "ada@example.org", "--by", "Ann").status == 0
    assert spawn("-C", root, "approve", "2025-11", "--by", "Ann").status == 0
    return root


@pytest.fixture
def nobody() -> str:
    """The address of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"smtp://127.0.0.1:{server.getsockname()[1]}"


def test_a_server_that_is_not_there_leaves_no_plan_behind(approved: Path, spawn: Spawn, nobody: str) -> None:
    ended = spawn("-C", approved, "send", "2025-11", "--yes", NEWSLETTER__SENDING__TRANSPORT=nobody)
    assert ended.status == 3
    assert "cannot be reached" in ended.err
    assert "Nothing was planned and nothing was sent." in ended.err
    assert "Nothing has been sent yet" in spawn("-C", approved, "status").out
    assert "1 chosen = 1 accepted" in spawn("-C", approved, "send", "2025-11", "--yes").out


@pytest.mark.parametrize("spoil", ["nowhere", "edition", "key"])
def test_what_can_never_leave_leaves_no_plan_behind(approved: Path, spawn: Spawn, spoil: str) -> None:
    environment = {}
    if spoil == "nowhere":
        assert spawn("-C", approved, "live", "--by", "Ann").status == 0
    elif spoil == "edition":
        (mail,) = approved.glob("data/editions/*/variants/en/mail.html")
        mail.write_text("something else")
    else:
        environment = {"NEWSLETTER__DKIM": '{domain="example.org", selector="s", key_file="absent.pem"}'}
    ended = spawn("-C", approved, "send", "2025-11", "--yes", **environment)
    assert ended.status in (1, 2)
    assert ended.err
    assert "Nothing has been sent yet" in spawn("-C", approved, "status").out
