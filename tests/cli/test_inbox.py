"""`newsletter inbox classify` and `explain`, as people and programs call them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
KEYS = ["path", "kind", "intent", "flags", "addresses", "recipient", "reply_text", "reasons"]


def mail(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(
        b"From: Ann <ann@reader.example>\r\nTo: bulletin@npm.example\r\nSubject: Re: NPM Bulletin\r\n\r\n"
        + text.encode()
    )
    return path


def test_json_holds_one_object_a_line_with_the_promised_keys(run: Run, tmp_path: Path) -> None:
    joins = mail(tmp_path, "joins.eml", "Please could you add me to the mailing list?\r\n")
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"")
    result = run("inbox", "classify", joins, empty, "--json")
    assert result.status == 0, result.err
    first, second = map(json.loads, result.out.splitlines())
    assert list(first) == list(second) == KEYS
    assert (first["kind"], first["intent"], first["addresses"]) == ("human", "subscribe_self", ["ann@reader.example"])
    assert "Please could you add me to the mailing list?" in first["reasons"][0]
    assert (second["kind"], second["intent"], second["reasons"]) == ("quarantined", None, ["quarantined: it is empty"])


def test_the_words_of_our_own_issues_are_not_the_readers(run: Run, root: Path, issue_text: str, tmp_path: Path) -> None:
    ours = "To leave the list please write back with the word Unsubscribe and we shall remove you."
    issue = root / "issues" / "2025-11" / "issue.yaml"
    issue.write_text(issue_text.replace("text: Hello.", f"text: {ours}"))
    path = mail(tmp_path, "mail.eml", f"Lovely issue.\r\n\r\n{ours}\r\n")
    result = run("inbox", "classify", path, "--json")
    assert json.loads(result.out)["reply_text"] == "Lovely issue."


def test_people_read_the_reasons_and_explain_asks_every_rule(run: Run, tmp_path: Path) -> None:
    path = mail(tmp_path, "mail.eml", "Please take me off the list.\r\n")
    listed = run("inbox", "classify", path)
    assert "human, unsubscribe" in listed.out
    assert "asks to leave “Please take me off the list.”" in listed.out
    explained = run("inbox", "explain", path)
    assert "What sort of mail it is" in explained.out
    assert "quarantined: no" in explained.out


def test_a_file_that_is_not_there_is_told_in_one_sentence(run: Run, tmp_path: Path) -> None:
    result = run("inbox", "classify", tmp_path / "none.eml")
    assert result.status == 2
