"""Readers' pages in a real browser, with JavaScript and without: every journey, and accessible in every look."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from accessible import axe_finds, broken
from PIL import Image
from sample_copies import LOOKS
from served_site import Site, new_site, served, serving

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(300)]  # the site is made by eight commands first

TYPING = 3100  # milliseconds that a person takes to fill in a form, at least
PAGES = (
    "/", "/archive/", "/archive/?q=conference", "/archive/?q=nothing+like+it", "/archive/2025-11/", "/archive/2025-12/",
    "/archive/2025-11/share", "/privacy", "/accessibility", "/subscribe", "/settings", "/unsubscribe", "/feedback",
    "/news", "/nothing-here", "/cy/", "/cy/subscribe",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    signed = {"NEWSLETTER__PAGES__REVIEWED": '{cy = "A Named Speaker"}'}
    with served(tmp_path_factory.mktemp("served") / "bulletin", **signed) as running:
        yield running


@pytest.fixture
def visit(browser: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """Opens pages; what the browser's console says of them is kept, and must be nothing."""
    contexts, said = [], []

    def opened(path: str, **options: Any) -> Any:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(f"{path}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{path}: {error}"))
        page.goto(path if path.startswith("http") else site.url + path)
        return page

    yield opened
    assert [line for line in said if "404" not in line and "400" not in line] == []
    assert not any(context.cookies() for context in contexts)
    for context in contexts:
        context.close()


def fill(page: Any, **fields: str) -> None:
    """Fill in the form as a person does, and press its button."""
    for label, value in fields.items():
        page.locator(f"[name='{label}']").fill(value)
    page.wait_for_timeout(TYPING)
    page.click("main form[method='post'] button")


def heading(page: Any) -> str:
    return str(page.locator("h1").inner_text())


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_a_reader_s_whole_life(visit: Callable[..., Any], site: Site, scripts: bool) -> None:
    options = {"java_script_enabled": scripts}
    me, new = f"me-{scripts}@example.org".lower(), f"new-{scripts}@example.org".lower()

    page = visit("/", **options)
    page.click("text=Subscribe >> nth=1")
    page.select_option("[name='body']", "imb")
    page.check("text=News of training")
    fill(page, address=me)
    assert heading(page) == "One more step: look in your inbox"
    page.goto(site.link(me, "Please confirm"))
    assert site.status(me) == ""
    page.click("main button")
    assert heading(page) == "You are on the list"
    assert site.status(me) == "subscribed"
    page.goto(site.link(me, "Welcome"))
    assert heading(page) == "NPM Bulletin – December 2025"

    page.click("text=Your settings")
    fill(page, address=me)
    page.goto(site.link(me, "Your settings"))
    assert page.locator("label:has-text('News of training')").locator("..").locator("input").is_checked()
    page.check("text=A break of three months")
    page.uncheck("text=News of training")
    page.click("main button")
    assert heading(page) == "Saved"
    page.go_back()
    page.reload()
    assert page.locator("label:has-text('The break I have now')").locator("..").locator("input").is_checked()
    page.click("text=Move to another address")
    page.fill("[name='address']", new)
    page.click("main button")
    page.goto(site.link(new, "Please confirm your new address"))
    page.click("main button")
    assert heading(page) == "Your address is changed"
    assert (site.status(me), site.status(new)) == ("", "subscribed")
    site.mail_to(me, "was changed")

    page = visit("/unsubscribe", **options)
    fill(page, address=new)
    page.goto(site.link(new, "You are off the list"))
    assert site.status(new) == "unsubscribed"
    page.click("main button")
    assert heading(page) == "You are on the list"
    assert site.status(new) == "subscribed"


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_reading_feedback_and_news(visit: Callable[..., Any], site: Site, scripts: bool, tmp_path: Path) -> None:
    options = {"java_script_enabled": scripts}
    page = visit("/archive/", **options)
    page.fill("[name='q']", "conference")
    page.click("text=Search >> nth=-1")
    page.click("ul.issues a >> nth=-1")
    assert heading(page) == "NPM Bulletin – November 2025"
    page.click("nav.between a[rel='next']")
    assert heading(page) == "NPM Bulletin – December 2025"
    page.click("text=Forward this")
    with page.expect_download() as download:
        page.click("text=Save it as a mail")
    assert b"List-Unsubscribe" not in Path(download.value.path()).read_bytes()

    page = visit("/feedback", **options)
    page.check("text=Very useful")
    fill(page, best="The reports.")
    assert heading(page) == "Thank you"

    picture = tmp_path / "photo.jpg"
    Image.new("RGB", (900, 600), "#aa5533").save(picture)
    page = visit("/news", **options)
    page.set_input_files("[name='picture']", picture)
    fill(page, headline="A report", text="It is new.", credit="The team", address="press@example.org")
    assert "What the picture shows" in page.locator("[role='alert']").inner_text()
    page.set_input_files("[name='picture']", picture)
    fill(page, alt="A brown square")
    assert heading(page) == "Thank you"
    kinds = [row[0] for row in site.ask("SELECT kind FROM newsletter_queueitem ORDER BY id DESC LIMIT 2")]
    assert kinds == ["news", "feedback"]


def test_the_keyboard_alone_is_enough(visit: Callable[..., Any], site: Site) -> None:
    page = visit("/unsubscribe")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "address"
    page.keyboard.type("second@example.org")
    page.wait_for_timeout(TYPING)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.keyboard.press("Enter")
    page.wait_for_selector("text=We are taking this address off the list")
    site.mail_to("second@example.org", "You are off the list")


def test_the_web_server_in_front_says_where_a_request_comes_from(tmp_path: Path) -> None:
    networks = ("192.0.2.1", "192.0.2.99", "198.51.100.1")
    site = new_site(tmp_path / "bulletin", NEWSLETTER__PAGES__REQUESTS_PER_NETWORK="1")
    with serving(site):
        pages = [requests.get(f"{site.url}/feedback", timeout=20).text for _ in networks]
        fields = [re.findall(r'name="form" value="([^"]+)"', page)[0] for page in pages]
        time.sleep(TYPING / 1000)
        answers = [
            requests.post(
                f"{site.url}/feedback",
                {"form": field, "useful": "very"},
                headers={"X-Forwarded-For": network},
                timeout=20,
            ).status_code
            for field, network in zip(fields, networks, strict=True)
        ]
    assert answers == [200, 429, 200]


def test_axe_finds_nothing_and_nothing_is_cut_off(visit: Callable[..., Any], site: Site, axe: str) -> None:
    page = visit("/settings", bypass_csp=True)
    fill(page, address="reader@example.org")
    own = site.link("reader@example.org", "Your settings").removeprefix(site.url)
    personal = site.unsubscribe_link().removeprefix(site.url)
    me = "looks@example.org"
    page.goto(f"{site.url}/subscribe")
    fill(page, address=me)
    found = {"/subscribe, sent": broken(page, axe)}
    confirm = site.link(me, "Please confirm").removeprefix(site.url)
    for path in (*PAGES, confirm, own, f"{own}/address", f"{own}/leave", personal, "/confirm/nonsense"):
        page.goto(site.url + path)
        found[path] = broken(page, axe)
    page.goto(site.url + confirm)
    page.click("main button")
    found["on the list"] = broken(page, axe)
    page.goto(f"{site.url}/unsubscribe")
    fill(page, address=me)
    found["/unsubscribe, sent"] = broken(page, axe)
    page.goto(site.link(me, "You are off the list"))
    found["/undo"] = broken(page, axe)
    page.goto(f"{site.url}/news")
    page.click("main button")
    assert page.locator(".complaint").count() > 3
    found["/news, sent empty"] = broken(page, axe)
    assert found == {path: [] for path in found}


def test_axe_finds_nothing_in_the_mails_that_follow(
    visit: Callable[..., Any], site: Site, opened: Callable[..., Any], axe: str
) -> None:
    fill(visit("/cy/subscribe"), address="darllenydd@example.org")
    site.mail_to("darllenydd@example.org", "Cadarnhewch")
    letters = {str(mail["Subject"]): mail.get_body(("html",)) for mail in site.mails()}
    for look in LOOKS:
        found = {name: axe_finds(opened(part.get_content(), look), axe) for name, part in letters.items() if part}
        assert found == {name: [] for name in letters}


def test_on_paper_an_issue_has_no_menus(visit: Callable[..., Any], site: Site) -> None:
    page = visit("/archive/2025-11/")
    page.emulate_media(media="print")
    assert not page.locator("nav.menu").is_visible()
    assert not page.locator("nav.between").is_visible()
    assert page.locator("h1").is_visible()
    page.goto(f"{site.url}/archive/2025-11/share")
    colour = page.locator("main .button").evaluate("button => getComputedStyle(button).color")
    assert colour == "rgb(0, 0, 0)"  # paper has no background, so nothing white stands on it
