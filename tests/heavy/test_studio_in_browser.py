"""The studio in a real browser: coming in, inviting a colleague, and each page on that way accessible in every look."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from accessible import broken
from served_site import Site, served

pytestmark = pytest.mark.heavy

PASSWORD = "three cabbages dancing"


def code_for(secret: str) -> str:
    """The code that a telephone shows now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("studio") / "bulletin") as running:
        yield running


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages; what the browser's console says of them must be nothing but the statuses of errors we cause."""
    contexts, said = [], []

    def opened(url: str, **options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [line for line in said if "Failed to load resource" not in line] == []


def heading(page: Any) -> str:
    return str(page.locator("h1").inner_text())


def accept(page: Any) -> str:
    """Choose a password and set up the code; returns what the telephone keeps."""
    page.fill("[name='password']", PASSWORD)
    page.click("main form button")
    assert heading(page) == "Set up your one-time code"
    page.click("text=I can’t use the camera")
    secret = str(page.locator("details code").inner_text())
    page.fill("[name='code']", code_for(secret))
    page.click("main form button")
    assert heading(page) == "Keep these codes"
    page.click("text=I have kept them")
    assert heading(page) == "This month"
    return secret


def invited(site: Site, address: str, role: str) -> str:
    """The link of an invitation from the terminal."""
    said = site.run("user", "invite", address, "--name", "Alys Prosser", "--role", role)
    return re.findall(r"http\S+/studio/link/\S+", said)[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_an_administrator_comes_in_and_invites_a_colleague_by_mail(
    visit: Callable[..., Any], site: Site, scripts: bool
) -> None:
    me, colleague = f"alys-{scripts}@npm.example".lower(), f"rowan-{scripts}@npm.example".lower()
    page = visit(invited(site, me, "administrator"), java_script_enabled=scripts)
    secret = accept(page)
    page.click("text=Settings")
    page.click("text=Accounts")
    page.click("text=Invite somebody")
    page.click("main form button")
    assert page.locator(".complaint").count() == 2
    page.fill("[name='name']", "Rowan Achebe")
    page.fill("[name='address']", colleague)
    page.check("text=Approver")
    page.click("main form button")
    assert heading(page) == "Invited"
    other = visit(site.link(colleague, "Your invitation"), java_script_enabled=scripts)
    assert "as approver" in other.locator(".lead").inner_text()
    accept(other)
    other.goto(f"{site.url}/studio/settings/accounts/")
    assert heading(other) == "This is not open to you"
    assert other.locator(".tabs a:has-text('Accounts')").count() == 0

    page.click("text=Sign out")
    page.fill("[name='login']", me)
    page.fill("[name='password']", PASSWORD)
    page.click("main form button")
    assert heading(page) == "Your one-time code"
    page.fill("[name='code']", code_for(secret))
    page.click("main form button")
    assert heading(page) == "This month"


def test_the_keyboard_alone_is_enough_and_what_is_wrong_is_read_first(visit: Callable[..., Any], site: Site) -> None:
    page = visit(f"{site.url}/studio/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "login"
    page.keyboard.type("nobody@npm.example")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong wrong wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"


def test_axe_finds_nothing_and_nothing_is_cut_off(visit: Callable[..., Any], site: Site, axe: str) -> None:
    page = visit(f"{site.url}/studio/sign-in", bypass_csp=True)
    found = {"sign-in": broken(page, axe)}
    page.click("main form button")
    found["sign-in, sent empty"] = broken(page, axe)
    page.goto(invited(site, "looker@npm.example", "administrator"))
    found["an invitation"] = broken(page, axe)
    page.fill("[name='password']", PASSWORD)
    page.click("main form button")
    found["a code to set up"] = broken(page, axe)
    page.click("text=I can’t use the camera")
    page.fill("[name='code']", code_for(str(page.locator("details code").inner_text())))
    page.click("main form button")
    found["spare codes"] = broken(page, axe)
    folder = next((site.root / "data" / "outbox").glob("[0-9a-f]" * 16)).name
    mails = f"studio/settings/practice/{folder}/"
    first = min((site.root / "data" / "outbox" / folder).glob("*.eml")).name
    for path in ("studio/settings/live/?look=yes", mails, mails + first):
        page.goto(f"{site.url}/{path}")
        found[path] = broken(page, axe)
    assert found == {path: [] for path in found}
