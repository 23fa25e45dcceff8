"""Opens mails in Chromium, cut off from every network, and measures them as they are drawn.

Playwright is the optional extra `browser`; Chromium is the system's own. Without either these facts are absent.
"""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from newsletter.checks.facts import Blot, PageFact

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = (320, 600)  # CSS pixels: the narrowest phone (WCAG 2.2 SC 1.4.10), and a reading pane
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
# WCAG 2.2 SC 1.4.12: a reader may space letters, words and lines like this, and nothing may be lost.
_SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    "p { margin-bottom: 2em !important; }"
)


def ask_browser(pages: Iterable[str]) -> tuple[PageFact, ...] | None:
    """What was measured in each HTML page, in light and dark, narrow and wide; None where there is no browser."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    if program is None:
        return None
    with sync_playwright() as playwright:
        # No sandbox: it does not start as root, and the pages are our own and run no script.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            return tuple(fact for page in pages for fact in _measured(browser, page))
        finally:
            browser.close()


def _measured(browser: "Browser", html: str) -> Iterator[PageFact]:
    for scheme in SCHEMES:
        context = browser.new_context(color_scheme=scheme, offline=True)
        page = context.new_page()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.set_content(html, wait_until="load")
            fact = _fact(scheme, width, page.evaluate(_MEASURE))
            page.add_style_tag(content=_SPACED)
            spaced = _fact(scheme, width, page.evaluate(_MEASURE))
            yield fact
            if spaced.clipped != fact.clipped:
                yield PageFact(look=f"{scheme}, spaced out", width=width, clipped=spaced.clipped)
        context.close()


def _fact(look: str, width: int, found: dict[str, object]) -> PageFact:
    def blots(name: str) -> tuple[Blot, ...]:
        entries = found[name]
        assert isinstance(entries, list)  # noqa: S101  (what measure.js returns)
        return tuple(Blot(words=entry["words"], detail=entry["detail"]) for entry in entries)

    overflow = int(str(found["overflow"]))
    return PageFact(
        look=look,
        width=width,
        overflow=overflow,
        clipped=blots("clipped"),
        faint=blots("faint"),
        small=blots("small"),
    )
