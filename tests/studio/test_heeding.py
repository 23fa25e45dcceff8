"""What is to fix, dealt with at a press in the studio: mended, accepted with a reason, its word learnt; each once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from django.test import Client

from newsletter.workspace import Workspace

pytestmark = pytest.mark.django_db
ISSUE = """\
title: The bulletin for December
preheader: What is new in December, and whom to ask about it.
date: 2099-12-07
sections:
  - type: text
    id: hello
    heading: Hello
    text: Good morning to to all. Please ask the office.
"""


@pytest.fixture
def file(workspace: Workspace) -> Path:
    path = workspace.issues / "2099-12" / "issue.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(ISSUE)
    return path


def doubled(browser: Client) -> dict[str, str]:
    """The hidden fields of what is said about the doubled word."""
    page = lxml.html.document_fromstring(browser.get("/studio/issues/2099-12/").content.decode())
    (item,) = page.xpath("//ul[contains(@class, 'fixes')]/li[.//button[@value='mend']]")
    return {field.get("name"): field.get("value") for field in item.xpath(".//form[1]//input")}


def press(browser: Client, fields: dict[str, str], act: str, **more: str) -> Any:
    return browser.post("/studio/issues/2099-12/heed", {**fields, "act": act, **more})


def test_a_doubled_word_is_mended_at_a_press_and_not_twice(file: Path, browser: Client) -> None:
    fields = doubled(browser)
    assert press(browser, fields, "mend").status_code == 303
    assert "Good morning to all." in file.read_text()
    again = press(browser, fields, "mend")  # the back button, or a colleague
    assert again.status_code == 409
    assert "Nothing was done" in again.content.decode()


def test_accepting_needs_a_reason_and_bears_the_name(file: Path, browser: Client) -> None:
    fields = doubled(browser)
    assert press(browser, fields, "waive", reason=" ").status_code == 400
    assert "waivers" not in file.read_text()
    assert press(browser, fields, "waive", reason="It is a quotation").status_code == 303
    assert "It is a quotation" in file.read_text()
    assert "An administrator" in file.read_text()


@pytest.mark.usefixtures("file")
def test_what_is_no_such_act_does_nothing(browser: Client, make_user: Callable[..., Any]) -> None:  # noqa: ARG001
    fields = doubled(browser)
    assert press(browser, fields, "learn").status_code == 404  # a doubled word is no word to learn
    assert press(browser, fields, "burn").status_code == 404
    assert press(browser, {**fields, "key": "0" * 16}, "mend").status_code == 409
