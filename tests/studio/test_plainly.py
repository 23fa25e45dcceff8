"""No sentence of the studio names a command: each has its words there, those that will be written too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from furnished import House

import newsletter
from newsletter.cli import newsletter as program
from newsletter.models import Mailing
from newsletter.web.studio.plainly import plainly

ROOT = Path(newsletter.__file__).parent
TERMINAL_ALONE = ("cli", "web", "locale", "_bundle")
COMMAND = re.compile(rf"newsletter (?:{'|'.join(program.commands or program.list_commands(None))})\b")  # type: ignore[arg-type]
OPTION = re.compile(r"\w.* --(?:by|again|correcting|copy-to|at|reason)\b")


def sentences() -> Iterator[tuple[str, str]]:
    """Every text of the services that a person may read; what is put in is a number."""
    for file in sorted(ROOT.rglob("*.py")):
        if file.relative_to(ROOT).parts[0] not in TERMINAL_ALONE:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(tree):
                if id(node) not in docs | inner and (text := _text(node)):
                    yield f"{file.name}:{getattr(node, 'lineno', 0)}", text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return (
        re.sub(r"{\w+}|%d", "7", node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    )


def test_whatever_the_services_say_of_commands_has_words_here() -> None:
    found = {place: plainly(text) for place, text in sentences() if COMMAND.search(text) or OPTION.search(text)}
    assert len(found) > 25
    for place, text in found.items():
        assert not COMMAND.search(text), (place, text)
        assert not re.search(r"--|\b(?:NAME|ADDRESS|FILE)\b", text), (place, text)


@pytest.mark.parametrize(
    ("said", "here"),
    [
        (
            "Issue 2025-11 is not approved yet; run newsletter approve 2025-11 --by NAME.",
            "Issue 2025-11 is not approved yet; approve it by “Agree” on the page of the issue.",
        ),
        (
            "Its time is long past: `newsletter resume 7 --by NAME` sends it now.",
            "Its time is long past: “Go on” on the page of the mailing sends it now.",
        ),
        (
            "give a reason with --again to send it to everybody once more, or --correcting 7 to those who have it.",
            "give a reason on the page “Send” to send it to everybody once more, or to those alone who have mailing 7.",
        ),
        ("It goes out alone; name a later time with --at.", "It goes out alone; name a later time."),
        ("Run `newsletter doctor`, then resume.", "Look at “Practice and live” under Settings, then resume."),
        (
            "put back a copy with newsletter restore FILE --by NAME.",
            "put back a copy with a command of whoever runs this computer.",
        ),
        ("The newsletter sends nothing to newsletters.", "The newsletter sends nothing to newsletters."),
    ],
)
def test_words_of_the_studio(said: str, here: str) -> None:
    assert plainly(said) == here


def test_pages_that_tell_of_a_conflict_name_no_command(house: House, browser: Client) -> None:
    number = house.parts["mailings"]["number"]
    pages = []
    for state in ("scheduled", "needs_approval", "sending", "paused", "finished", "cancelled"):
        Mailing.objects.update(state=state)
        pages += [
            browser.get(f"/studio/mailings/{number}/"),
            browser.post(f"/studio/mailings/{number}/wrong/correction"),
        ]
        pages += [
            browser.post(f"/studio/mailings/{number}/wrong/copy", {"address": "reader0@example.org", "reason": "x"})
        ]
    pages += [browser.get("/studio/issues/2099-01/agree"), browser.post("/studio/settings/live/begin")]
    pages += [browser.get("/studio/settings/live/?look=yes"), browser.get("/studio/issues/2025-11/")]
    for answer in pages:
        assert not COMMAND.search(answer.content.decode()), answer.content.decode()
