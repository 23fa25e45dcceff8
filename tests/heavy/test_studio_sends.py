"""The studio in a real browser: an issue is agreed, scheduled, stopped, sent into the outbox, and adds up."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from accessible import broken
from served_site import Site, served

pytestmark = pytest.mark.heavy

ISSUE = """
title: January
preheader: What is new in the month of January
date: 2026-01-09
sections:
  - type: text
    id: hello
    heading: Hello
    text: Good morning to all.
"""
# Accounts without a password come in by a link of their own, as the demonstration's do.
COME_IN = """
import sys
from pathlib import Path
from newsletter.cli.session import Session
workspace = Session(Path(sys.argv[1])).with_database()
from django.utils import timezone
from newsletter.models import User
from newsletter.services.accounts import entrance_link
from newsletter.services.one_time_links import address_of
for name, role in (("Ann", "administrator"), ("Bob", "approver"), ("Eve", "editor")):
    user = User.objects.create_user(f"{name.lower()}@example.org", name=name, role=role, last_login=timezone.now())
    print(address_of(workspace, entrance_link(user), sys.argv[2]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("studio") / "bulletin"
    with served(root, NEWSLETTER__STUDIO__HOLD="0") as running:
        folder = root / "issues" / "2026-01"
        folder.mkdir()
        (folder / "issue.yaml").write_text(ISSUE)
        yield running


@pytest.fixture(scope="module")
def people(browser: Any, site: Site) -> dict[str, dict[str, Any]]:
    """What keeps each of them signed in."""
    command = [sys.executable, "-c", COME_IN, str(site.root), site.url]
    links = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split()
    kept = {}
    for name, link in zip(("Ann", "Bob", "Eve"), links, strict=True):
        context = browser.new_context()
        page = context.new_page()
        page.goto(link)
        page.click("main button")
        kept[name] = context.storage_state()
        context.close()
    return kept


@pytest.fixture
def visit(browser: Any, site: Site, people: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """Opens pages as somebody; what the browser's console says of them must be nothing."""
    contexts, said = [], []

    def opened(name: str, path: str, **options: Any) -> Any:
        state = {"storage_state": people[name], "viewport": {"width": 1280, "height": 900}}
        contexts.append(browser.new_context(**state, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(f"{path}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{path}: {error}"))
        page.goto(f"{site.url}/studio/{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [line for line in said if "400" not in line and "409" not in line] == []


def told(page: Any) -> str:
    return " ".join(str(page.locator("main").inner_text()).split())


def test_an_issue_s_way_from_agreed_to_sent(visit: Callable[..., Any], site: Site) -> None:
    for name, scripts in (("Bob", True), ("Ann", False)):
        page = visit(name, "issues/2026-01/agree", java_script_enabled=scripts)
        if not scripts:
            page.click("text=Show it now")
        frame = page.frame_locator("iframe.mail")
        frame.locator("text=Good morning to all").wait_for()
        page.click("text=I approve this")
        page.wait_for_selector("text=You approved it. Your word is recorded.")

    page = visit("Bob", "issues/2026-01/send")
    page.check("text=At a time")
    page.fill("[name='day']", "2099-07-01")
    page.fill("[name='time']", "9:30")
    page.click("text=Look at the numbers")
    assert "09:30 on 1 July 2099" in told(page)
    page.click("text=Schedule it for 2 people")
    assert "Nobody has anything yet" in told(page)

    other = visit("Eve", page.url.rpartition("/studio/")[2])
    other.click("button:text-is('Stop')")
    assert "It is stopped. Nobody got anything." in told(other)
    page.wait_for_selector("text=stopped", timeout=15_000)  # by itself

    page.go_back()  # to the numbers, and to the choice before them
    page.go_back()
    page.check("text=Now")
    page.click("text=Look at the numbers")
    page.click("text=Send it to 2 people")
    number = re.findall(r"mailings/(\d+)/", page.url)[0]
    page.wait_for_selector("text=2 chosen = 2 accepted", timeout=60_000)
    page.click("text=2 accepted")
    assert "reader@example.org" in told(page)
    copies = (site.root / "data" / "outbox").rglob("*.eml")
    (folder,) = {path.parent for path in copies if b"\nSubject: January" in path.read_bytes()}
    assert len(list(folder.glob("*.eml"))) == 2

    page.go_back()
    page.go_back()  # to the numbers as they were before it was sent
    page.wait_for_selector("text=This was done already, so nothing was done now")
    assert site.ask("SELECT count(*) FROM newsletter_delivery WHERE mailing_id = ?", number) == [(2,)]

    page = visit("Eve", f"mailings/{number}/wrong")
    page.click("text=Begin a correction")
    assert (site.root / "issues" / "2026-01-correction" / "issue.yaml").is_file()


PAGES = (
    "issues/2025-11/agree?look", "issues/2025-11/agree/alone", "issues/2025-11/comments", "issues/2025-11/send",
    "issues/2026-01/send", "covers/", "mailings/", "mailings/1/", "mailings/1/list/accepted", "mailings/1/doubts",
    "mailings/1/wrong", "mailings/1/wrong/web", "mailings/1/wrong/picture", "mailings/1/wrong/copy",
)  # fmt: skip


def test_axe_finds_nothing_and_nothing_is_cut_off(visit: Callable[..., Any], site: Site, axe: str) -> None:
    page, found = visit("Ann", "", bypass_csp=True), {}
    for path in PAGES:
        page.goto(f"{site.url}/studio/{path}")
        found[path] = broken(page, axe)
    assert found == {path: [] for path in PAGES}
