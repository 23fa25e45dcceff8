"""`newsletter user`: accounts of staff from the terminal."""

import json
import re
from collections.abc import Callable
from pathlib import Path


def test_the_life_of_an_account(root: Path, ask_in: Callable[..., str]) -> None:
    said = ask_in(
        root,
        ["user", "invite", "ada@example.org", "--name", "Ada", "--role", "administrator"],
        ["user", "invite", "ben@example.org", "--name", "Ben", "--server", "http://127.0.0.1:9000"],
        ["user", "role", "ben@example.org", "approver"],
        ["user", "recover", "ben@example.org"],
        ["user", "remove", "ben@example.org"],
        ["user", "recover", "ben@example.org"],
        ["user", "list", "--json"],
    )
    assert len(set(re.findall(r"http://127\.0\.0\.1:8000/studio/link/\S+", said))) == 2
    assert len(re.findall(r"http://127\.0\.0\.1:9000/studio/link/\S+", said)) == 1
    assert "Ben is approver now." in said
    assert "The account of Ben is closed." in said
    assert "=> 1" in said, "there is no way back into a closed account but an invitation"
    people = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert [(person["name"], person["role"], person["state"]) for person in people] == [
        ("Ada", "administrator", "invited"),
        ("Ben", "approver", "closed"),
    ]


def test_what_cannot_be_is_one_sentence(root: Path, ask_in: Callable[..., str]) -> None:
    said = ask_in(
        root,
        ["user", "recover", "nobody@example.org"],
        ["user", "invite", "no address", "--name", "X"],
        ["user", "invite", "x@example.org", "--name", " "],
    )
    assert "There is no account with this address" in said
    assert "a name is missing" in said
    assert said.count("=> 2") == 3
    assert "Traceback" not in said
