"""A server that is not there is found before anything is planned."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

Ask = Callable[..., str]
Spawn = Callable[..., Any]


def test_a_server_that_is_not_there_leaves_no_plan_behind(root: Path, ask: Ask, spawn: Spawn) -> None:
    toml = root / "newsletter.toml"
    toml.write_text(toml.read_text() + "[approval]\npeople = 1\n")
    ask(["subscribers", "add", "ada@example.org", "--by", "Ann"], ["approve", "2025-11", "--by", "Ann"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"smtp://127.0.0.1:{server.getsockname()[1]}"
    ended = spawn("-C", root, "send", "2025-11", "--yes", NEWSLETTER__SENDING__TRANSPORT=nobody)
    assert ended.status == 3
    assert "cannot be reached" in ended.err
    assert "Nothing was planned and nothing was sent." in ended.err
    status, sent, _ = ask(["status"], ["send", "2025-11", "--yes"]).split("=>")
    assert "Nothing has been sent yet" in status
    assert "1 chosen = 1 accepted" in sent
