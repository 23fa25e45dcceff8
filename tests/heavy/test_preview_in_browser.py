"""The preview in a real browser: accessible, in step with the files, and it stays where its reader was."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from accessible import broken
from sample_copies import sample_workspace

from newsletter.web.preview import serve_preview
from newsletter.workspace import load_workspace

pytestmark = pytest.mark.heavy

FRAME = "document.getElementById('frame-600').contentWindow"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample workspace."""
    sample, root = sample_workspace().root, tmp_path / "bulletin"
    for name in ("issues", "subscribers"):
        shutil.copytree(sample / name, root / name)
    shutil.copy(sample / "newsletter.toml", root)
    return root


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    """Where its preview of 2025-12, which has two variants, is."""
    stop, ready = threading.Event(), Queue[str]()
    arguments = (load_workspace(folder, {}), "2025-12", 0, ready.put, stop)
    thread = threading.Thread(target=serve_preview, args=arguments)
    thread.start()
    yield ready.get(timeout=30)
    stop.set()
    thread.join(10)


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Callable[..., Any]]:
    """Opens the preview; axe is put in by a way that a page's own policy forbids, hence `bypass_csp`."""
    contexts = []

    def opened(query: str = "", scheme: str = "light", **options: bool) -> Any:
        viewport = {"width": 1280, "height": 900}
        contexts.append(browser.new_context(viewport=viewport, color_scheme=scheme, **options))
        page = contexts[-1].new_page()
        page.goto(url + query)
        return page

    yield opened
    for context in contexts:
        context.close()


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "issues" / "2025-12" / "issue.yaml"
    assert old in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def title(folder: Path) -> str:
    lines = (folder / "issues" / "2025-12" / "issue.yaml").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("title:"))


def test_axe_finds_nothing_on_the_page(visit: Callable[..., Any], folder: Path, axe: str) -> None:
    edit(folder, title(folder), "title: Monday 1 January 2025")
    found = {}
    for query in ("", "?look=text", "?look=source&width=360", "?look=web-dark&variant=en%2Bscotland"):
        found[query] = broken(visit(query, bypass_csp=True), axe)
    edit(folder, "date: 2025", "date: never 2025")
    page = visit("", bypass_csp=True)
    page.wait_for_selector("text=This save cannot be shown")
    assert found | {"broken": broken(page, axe)} == {name: [] for name in [*found, "broken"]}


def test_a_save_is_shown_in_place_and_the_reader_stays_where_they_were(visit: Callable[..., Any], folder: Path) -> None:
    page = visit()
    page.evaluate(f"{FRAME}.scrollTo(0, 700)")
    edit(folder, title(folder), "title: Saved again")
    page.frame_locator("#frame-600").locator("h1", has_text="Saved again").wait_for()
    page.wait_for_function(f"() => {FRAME}.scrollY === 700")
    assert page.title().startswith("Saved again")


def test_switching_looks_keeps_place_and_focus_and_the_back_button_works(visit: Callable[..., Any]) -> None:
    page = visit()
    page.evaluate(f"{FRAME}.scrollTo(0, 700)")
    page.focus("#look-dark")
    page.keyboard.press("Enter")
    page.wait_for_selector("#look-dark[aria-current]")
    page.wait_for_function(f"() => {FRAME}.location.pathname === '/frame/dark' && {FRAME}.scrollY === 700")
    assert page.evaluate("document.activeElement.id") == "look-dark"
    page.go_back()
    page.wait_for_selector("#look-light[aria-current]")


def test_dark_as_designed_is_dark_in_a_light_browser_and_light_is_light_in_a_dark_one(
    visit: Callable[..., Any],
) -> None:
    ground = f"getComputedStyle({FRAME}.document.body).backgroundColor"
    theme = sample_workspace().theme
    for look, scheme, palette in (("dark", "light", theme.dark), ("light", "dark", theme.light)):
        page = visit(f"?look={look}", scheme=scheme)
        page.wait_for_function(f"() => {FRAME}.document.body?.className !== undefined")
        channels = [int(palette.page[start : start + 2], 16) for start in (1, 3, 5)]
        assert page.evaluate(ground) == f"rgb({', '.join(map(str, channels))})"


def test_it_can_be_read_and_switched_without_javascript(visit: Callable[..., Any]) -> None:
    page = visit(java_script_enabled=False)
    page.click("text=Plain text")
    assert "look=text" in page.url
    assert page.locator("pre").is_visible()
