"""Writing an issue in a real browser: every section type, by keyboard, live, and with everything that can go wrong."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from accessible import broken
from PIL import Image
from studio_site import Studio, studio

from newsletter.content.sections import SECTION_TYPES
from newsletter.content.yaml_file import dump_yaml, read_yaml

pytestmark = pytest.mark.heavy

HOME = "/studio/issues/2025-12/"
GALLERY = "/studio/issues/gallery/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with studio(tmp_path_factory.mktemp("studio") / "bulletin") as running:
        yield running


@pytest.fixture(scope="module")
def signed_in(browser: Any, site: Studio) -> Callable[..., Any]:
    """What a browser keeps of somebody who came in."""
    known: dict[str, Any] = {}

    def state(name: str) -> Any:
        if name not in known:
            context = browser.new_context()
            page = context.new_page()
            page.goto(site.link(name))
            page.click("main button[type=submit]")
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return state


@pytest.fixture
def open_as(browser: Any, site: Studio, signed_in: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Opens pages as a member of staff; what the browser's console complains of must be nothing."""
    contexts, said = [], []

    def opened(path: str, name: str = "Ann Example", **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, storage_state=signed_in(name), **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{path}: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(f"{path}: {error}"))
        page.goto(site.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [
        line for line in said if not re.search(r"status of 4\d\d|ERR_INTERNET_DISCONNECTED|img-src 'none'", line)
    ] == []


def until(page: Any, script: str, value: object = None) -> None:
    """Wait for something to become true; Playwright's own way needs eval, which the studio's policy forbids."""
    for _ in range(200):
        if page.evaluate(script, value):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within twenty seconds: {script} {value or ''}")


def wait_for_state(page: Any, words: str) -> None:
    until(page, "words => document.querySelector('[data-state]').textContent.includes(words)", words)


def addresses(page: Any, links: str) -> list[str]:
    return list(page.eval_on_selector_all(links, "all => all.map(each => each.getAttribute('href'))"))


def order(page: Any) -> list[str]:
    return list(page.eval_on_selector_all("[data-arrange] [data-part]", "all => all.map(each => each.dataset.part)"))


def keep_one_of_each_type(file: Path) -> None:
    """A gallery of sixty sections is costly to show again after each change; the golden pictures have them all."""
    issue = read_yaml(file)
    firsts = {section["type"]: section for section in reversed(issue.data["sections"])}
    issue.data["sections"][:] = firsts.values()
    file.write_text(dump_yaml(issue.data), encoding="utf-8")


def test_every_section_of_the_gallery_is_edited_shown_live_and_saves_itself(
    open_as: Callable[..., Any], site: Studio
) -> None:
    keep_one_of_each_type(site.issue("gallery"))
    page = open_as(GALLERY)
    parts = addresses(page, "[data-arrange] h3 a")
    assert len(parts) == len(SECTION_TYPES)
    for number, where in enumerate(parts):
        page.goto(site.url + where)
        mark = f"Mark{number}"
        text = page.locator("textarea[data-markdown], input[name='heading'], input[name$='.alt']").first
        text.fill(f"{mark} {text.input_value()}".strip())
        wait_for_state(page, "Saved at")
        assert mark in site.issue("gallery").read_text(encoding="utf-8"), where


def test_the_preview_follows_words_that_are_not_saved_and_stays_where_one_scrolled(
    open_as: Callable[..., Any], site: Studio
) -> None:
    page = open_as(HOME + "sections/welcome")
    page.route(site.url + HOME + "sections/welcome", lambda route: route.continue_())
    before = site.issue("2025-12").read_text(encoding="utf-8")
    text = page.locator("[name='text']")
    text.press("Control+End")
    text.type(" Quicksilver.")
    until(page, "frames['look-frame'].document.body?.innerText.includes('Quicksilver')")
    assert site.issue("2025-12").read_text(encoding="utf-8") == before, "shown before it is saved"
    for tab in ("Plain text", "Dark", "Pictures off", "Web page"):
        page.click(f"[data-tab] >> text={tab}")
        until(page, "frames['look-frame'].document.body?.innerText.includes('Quicksilver')")
    wait_for_state(page, "Saved at")
    assert "Quicksilver" in site.issue("2025-12").read_text(encoding="utf-8")
    assert page.evaluate("history.length") <= 3, "the preview adds no step to Back"


def test_sections_are_moved_by_keyboard_and_the_focus_stays(open_as: Callable[..., Any]) -> None:
    page = open_as(HOME)
    first, second, *rest = order(page)
    page.focus(f"#down-sections-{first}")
    page.keyboard.press("Enter")
    until(page, "id => document.querySelector('[data-part]').dataset.part === id", second)
    assert order(page) == [second, first, *rest]
    assert page.locator("#said").inner_text() == "Moved down."
    assert page.evaluate("document.activeElement.id") == f"down-sections-{first}"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    until(page, "id => document.querySelector('[data-part]').dataset.part === id", first)
    assert order(page) == [first, second, *rest]
    assert page.evaluate("document.activeElement.id") == f"down-sections-{first}", "its neighbour, where it is gone"


def test_sections_are_dragged(open_as: Callable[..., Any]) -> None:
    page = open_as(HOME)
    first, second, third, *rest = order(page)
    page.drag_and_drop(f"#sections-{first} .kind", f"#sections-{third} .kind")
    until(page, "id => document.querySelector('[data-part]').dataset.part === id", second)
    assert order(page) == [second, third, first, *rest]
    page.drag_and_drop(f"#sections-{first} .kind", f"#sections-{second} .kind")
    until(page, "id => document.querySelector('[data-part]').dataset.part === id", first)
    assert order(page) == [first, second, third, *rest]


def test_a_picture_is_chosen_dropped_and_pasted_and_wants_its_alt_text(
    open_as: Callable[..., Any], site: Studio, tmp_path: Path
) -> None:
    picture = tmp_path / "A good chart.png"
    Image.new("RGB", (300, 200), "#aa5533").save(picture)
    page = open_as(HOME + "new/image")
    page.set_input_files("[name='image.upload']", picture)
    page.wait_for_selector("[data-thumb] img")
    assert page.evaluate("document.activeElement.name") == "image.alt"
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Tab")
    wait_for_state(page, "Not in the issue yet")
    page.locator("[name='image.alt']").fill("Complaints fell by a third")
    wait_for_state(page, "Saved at")
    assert page.url.endswith("/sections/image"), "what was new is in the issue now"
    assert "a-good-chart-" in site.issue("2025-12").read_text(encoding="utf-8")
    page.evaluate(
        """kind => {
            const canvas = new OffscreenCanvas(8, 8); canvas.getContext("2d").fillRect(0, 0, 8, 8);
            return canvas.convertToBlob().then(blob => {
                const data = new DataTransfer(); data.items.add(new File([blob], "pasted.png", { type: "image/png" }));
                document.querySelector("[name='image.alt']").dispatchEvent(
                    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
            });
        }"""
    )
    until(page, "document.querySelector('[data-file]').value.startsWith('pasted-')")
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["<svg onload=alert(1)>"], "x.svg", { type: "image/svg+xml" }));
            document.querySelector("[data-picture]").dispatchEvent(
                new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }"""
    )
    page.wait_for_selector("text=This is an SVG drawing")


def test_pasted_rich_text_becomes_markdown_and_the_toolbar_writes_it(open_as: Callable[..., Any]) -> None:
    page = open_as(HOME + "new/text")
    page.focus("[name='text']")
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/html", "<p>A <b>bold</b> word<script>alert(1)</script> {{ first_name }}<img src='https://track.example/p.gif'></p>");
            data.setData("text/plain", "A bold word");
            document.querySelector("[name='text']").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    until(page, "document.querySelector('[name=text]').value === 'A **bold** word'")
    page.evaluate("document.querySelector('[name=text]').setSelectionRange(2, 10)")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Strong"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("[name='text']").input_value() == "A [**bold**](https://) word"
    page.keyboard.press("Control+z")
    assert page.locator("[name='text']").input_value() == "A **bold** word"


def test_two_people_on_one_section_see_both_texts(open_as: Callable[..., Any], site: Studio) -> None:
    where = HOME + "head"
    ann, ben = open_as(where), open_as(where, "Ben Example")
    ben.locator("[name='preheader']").fill("Ben has a better line for this")
    wait_for_state(ben, "Saved at")
    ann.locator("[name='preheader']").fill("Ann has the best line for this")
    wait_for_state(ann, "both texts wait")
    ann.click(".bar button")
    assert "Ben Example saved this part while you wrote" in ann.locator(".errors").inner_text()
    until(ann, "document.activeElement.className === 'errors'")
    assert ann.locator("[name='preheader']").input_value() == "Ann has the best line for this"
    ann.click(".bar button")
    assert "Saved." in ann.locator(".notice").inner_text()
    assert "Ann has the best line" in site.issue("2025-12").read_text(encoding="utf-8")


def test_a_lost_connection_loses_no_words(open_as: Callable[..., Any], site: Studio) -> None:
    page = open_as(HOME + "sections/welcome")
    page.context.set_offline(True)
    page.locator("[name='name']").fill("Typed without a line")
    wait_for_state(page, "No connection")
    page.context.set_offline(False)
    wait_for_state(page, "Saved at")
    assert "Typed without a line" in site.issue("2025-12").read_text(encoding="utf-8")


def test_words_of_a_browser_that_went_away_are_put_back(open_as: Callable[..., Any]) -> None:
    page = open_as(HOME + "sections/welcome")
    page.context.set_offline(True)
    page.locator("[name='role']").fill("Never reached the studio")
    wait_for_state(page, "No connection")
    other = page.context.new_page()
    where = page.url
    page.close(run_before_unload=False)
    other.context.set_offline(False)
    other.goto(where)
    other.click("text=Put them back")
    other.wait_for_load_state()
    assert other.locator("[name='role']").input_value() == "Never reached the studio"
    assert "not in the issue yet" in other.locator(".notice").first.inner_text()
    other.click("text=Throw them away")
    assert other.locator("[name='role']").input_value() != "Never reached the studio"


def test_a_session_that_ends_keeps_the_words_and_goes_on_after_another_sign_in(
    open_as: Callable[..., Any], site: Studio
) -> None:
    page = open_as("/studio/", "Cai Example")
    page.goto(site.url + HOME + "sections/welcome")
    page.context.clear_cookies()
    page.locator("[name='role']").fill("Typed after the session ended")
    wait_for_state(page, "You were signed out")
    assert "Typed after" not in site.issue("2025-12").read_text(encoding="utf-8")
    door = page.context.new_page()
    door.goto(site.link("Cai Example"))
    door.click("main button[type=submit]")
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    wait_for_state(page, "Saved at")
    assert "Typed after the session ended" in site.issue("2025-12").read_text(encoding="utf-8")


def test_without_scripts_all_of_it_works_by_forms(open_as: Callable[..., Any], site: Studio) -> None:
    page = open_as(HOME, "Dee Example", java_script_enabled=False)
    page.locator("[data-arrange] h3 a").first.click()
    page.locator("[name='role']").fill("Saved by a button")
    page.click(".bar button")
    assert "Saved." in page.locator(".notice").inner_text()
    assert "Saved by a button" in site.issue("2025-12").read_text(encoding="utf-8")
    page.locator("button:has-text('Hide')").first.click()
    assert "Hidden" in page.locator(".part").first.inner_text()
    page.locator("button:has-text('Show')").first.click()
    page.click("text=History")
    page.locator(".cards a").last.click()
    page.click("text=Restore this state")
    assert "Restored." in page.locator(".notice").inner_text()
    assert "Saved by a button" not in site.issue("2025-12").read_text(encoding="utf-8")


def test_axe_finds_nothing_and_nothing_is_cut_off(open_as: Callable[..., Any], site: Studio, axe: str) -> None:
    page, found = open_as(HOME, bypass_csp=True), {}
    forms = [f"new/{kind}" for kind in SECTION_TYPES]
    events = [re.sub(".*/events/", "events/", each) for each in addresses(page, "[id^='events-'] h3 a")[:1]]
    for where in ("", "add", "head", "history/", "new-event", "sections/welcome", *events, *forms, "../"):
        page.goto(site.url + HOME + where)
        found[where] = broken(page, axe)
    page.goto(site.url + HOME + "new/feature")
    page.click(".bar button")
    assert page.locator(".errors li").count() > 0
    found["sent empty"] = broken(page, axe)
    page.goto(site.url + HOME + "sections/welcome")
    page.locator("[name='role']").fill("Seen by day and by night")
    page.click(".bar button")
    page.goto(site.url + HOME + "history/")
    page.locator(".cards a").last.click()
    assert page.locator("ins").count() > 0
    found["compared"] = broken(page, axe)
    assert found == {where: [] for where in found}
