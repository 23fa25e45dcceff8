"""Renews the golden pictures of the gallery that tests/heavy/test_golden.py compares with.

`python scripts/renew_goldens.py` needs the extra `dev` and Chromium. Look at every picture that git shows as changed
before it is kept.
"""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from take_pictures import BROWSERS, pages, shot

from newsletter.bundle import bundle_root
from newsletter.rendering import Rendered, render, variants
from newsletter.workspace import load_workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser  # not installed where the tests that look at pages are skipped

FOLDER = bundle_root() / "tests" / "heavy" / "golden"
LOOKS = [(width, scheme) for width in (600, 360) for scheme in ("light", "dark")]
_HALF = 2  # half the size tells every change that matters, and hides how one machine smooths its letters
_COLOURS = 32


def golden_path(width: int, scheme: str) -> Path:
    """Where the picture of one look lies."""
    return FOLDER / f"gallery-{width}-{scheme}.png"


def gallery() -> Rendered:
    """The plainest variant of the gallery: every section type, shortest, longest, odd, Welsh and right to left."""
    workspace = load_workspace(bundle_root(), {})
    issue = workspace.load_issue("gallery")
    return render(issue, workspace.theme, variants(issue)[0])


def picture(browser: "Browser", html: str, width: int, scheme: str) -> Image.Image:
    """A look at half its size, in few colours."""
    whole = shot(browser, html, width, scheme).convert("RGB")
    half = whole.resize((whole.width // _HALF, whole.height // _HALF), Image.Resampling.BOX)
    return half.quantize(_COLOURS)


def main() -> None:
    """Draw all of them anew."""
    FOLDER.mkdir(exist_ok=True)
    html = pages(gallery())["mail"]
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for width, scheme in LOOKS:
            picture(browser, html, width, scheme).save(golden_path(width, scheme), optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
