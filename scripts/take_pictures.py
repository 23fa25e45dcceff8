"""Takes the pictures in docs/pictures: the sample's mail, web edition and A4 print, readers' pages, and the replies.

`python scripts/take_pictures.py [ISSUE]` needs the extra `dev`, Chromium and, for the print, pdftoppm (poppler-utils).
Look at every picture before it is kept.
"""

import base64
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image
from served_demo import Studio, served_demo
from served_site import Site, served

from newsletter.bundle import bundle_root
from newsletter.rendering import Rendered, render
from newsletter.workspace import load_workspace

if TYPE_CHECKING:
    from playwright.sync_api import (  # not installed where the tests that look at pages are skipped
        Browser,
        StorageState,
    )

FOLDER = bundle_root() / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
COLOURS = 256  # in a palette: a third of the size, and no eye sees it
REPLIES = 1490  # CSS pixels of the queue's height that are shown
DOTS = "64"  # an inch of the printed sheets

# Name, page, CSS pixels wide, colour scheme.
SHOTS = (
    ("mail-600-light", "mail", 600, "light"),
    ("mail-600-dark", "mail", 600, "dark"),
    ("mail-360-light", "mail", 360, "light"),
    ("mail-360-dark", "mail", 360, "dark"),
    ("web-1000-light", "web", 1000, "light"),
    ("web-1000-dark", "web", 1000, "dark"),
    ("web-360-light", "web", 360, "light"),
)


def pages(rendered: Rendered) -> dict[str, str]:
    """The mail and the web edition, with their pictures inside."""
    made = {"mail": rendered.html, "web": rendered.web_html}
    for image in rendered.images:
        data = f"data:{image.content_type};base64,{base64.b64encode(image.content).decode()}"
        made = {
            name: html.replace(f"cid:{image.cid}", data).replace(f"images/{image.name}", data)
            for name, html in made.items()
        }
    return made


def shot(browser: "Browser", html: str, width: int, scheme: str) -> Image.Image:
    """A page from head to foot."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    )
    page = context.new_page()
    page.set_content(html, wait_until="load")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    context.close()
    return picture


def sheets(browser: "Browser", html: str) -> Iterator[Image.Image]:
    """The page printed on A4, a picture for each sheet."""
    with tempfile.TemporaryDirectory() as folder:
        page = browser.new_page()
        page.set_content(html, wait_until="load")
        page.pdf(path=f"{folder}/edition.pdf", prefer_css_page_size=True)
        page.close()
        command = ["pdftoppm", "-png", "-r", DOTS, f"{folder}/edition.pdf", f"{folder}/sheet"]
        subprocess.run(command, check=True)
        for file in sorted(Path(folder).glob("sheet*.png")):
            yield Image.open(file).convert("RGB")


def laid_out(pictures: list[Image.Image], columns: int, gap: int = 24, ground: str = "#8a9ba1") -> Image.Image:
    """Pictures in rows, their heads level."""
    rows = [pictures[start : start + columns] for start in range(0, len(pictures), columns)]
    heights = [max(picture.height for picture in row) + gap for row in rows]
    wide = max(sum(picture.width + gap for picture in row) for row in rows) + gap
    canvas = Image.new("RGB", (wide, sum(heights) + gap), ground)
    for number, row in enumerate(rows):
        left = gap
        for picture in row:
            canvas.paste(picture, (left, gap + sum(heights[:number])))
            left += picture.width + gap
    return canvas


def keep(name: str, picture: Image.Image) -> None:
    """Write one picture."""
    file = FOLDER / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(bundle_root())}  {picture.width} x {picture.height}, {file.stat().st_size // 1024} KB")


def take(browser: "Browser", made: dict[str, str]) -> None:
    """Every picture, and at last the one that opens the README: the mail by day on a desk, by night on a phone."""
    taken = {name: shot(browser, made[page], width, scheme) for name, page, width, scheme in SHOTS}
    for name, picture in taken.items():
        keep(name, picture)
    if shutil.which("pdftoppm"):
        keep("print-a4", laid_out(list(sheets(browser, made["web"])), 4))
    heads = [taken[name].crop((0, 0, taken[name].width, 1150)) for name in ("mail-600-light", "mail-360-dark")]
    keep("bulletin", laid_out(heads, 2))


# Readers' pages: path, CSS pixels wide, colour scheme, how much of its height is shown.
PAGES = (
    ("/", 900, "light", 1180),
    ("/subscribe", 360, "dark", 1180),
    ("/unsubscribe", 360, "light", 1180),
)


def take_pages(browser: "Browser", site: Site) -> None:
    """Readers' pages side by side, and beside them a mail that the program writes on its own."""
    shots = [page_shot(browser, site.url + path, width, scheme, height) for path, width, scheme, height in PAGES]
    keep("pages", laid_out(shots, len(shots)))
    form = browser.new_page()
    form.goto(f"{site.url}/subscribe")
    form.fill("[name='address']", "ada@example.org")
    form.wait_for_timeout(3100)
    form.click("main button")
    letter = site.mail_to("ada@example.org", "Please confirm").get_body(("html",))
    html = str(letter.get_content()) if letter else ""
    looks = [shot(browser, html, 600, "light"), shot(browser, html, 360, "dark")]
    keep("letter", laid_out([look.crop((0, 0, look.width, 780)) for look in looks], 2))


def take_replies(browser: "Browser", studio: Studio) -> None:
    """The queue of replies, by day on a desk and by night on a phone: the README's second picture."""
    entrance = browser.new_context()
    page = entrance.new_page()
    page.goto(studio.entrance)
    page.click("main form button")
    page.wait_for_url("**/studio/")
    state = entrance.storage_state()
    keep(
        "replies",
        laid_out([_queue(browser, studio, state, 1180, "light"), _queue(browser, studio, state, 375, "dark")], 2),
    )


def _queue(
    browser: "Browser", studio: Studio, state: "StorageState", width: int, scheme: Literal["light", "dark"]
) -> Image.Image:
    context = browser.new_context(
        viewport={"width": width, "height": REPLIES}, color_scheme=scheme, storage_state=state
    )
    page = context.new_page()
    page.goto(f"{studio.url}/studio/replies/")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    return picture


def page_shot(browser: "Browser", url: str, width: int, scheme: str, height: int) -> Image.Image:
    """The head of a page of the running site."""
    look = "dark" if scheme == "dark" else "light"
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=look)  # type: ignore[arg-type]
    page.goto(url)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    return picture


def main(issue_id: str) -> None:
    """Render the issue, open Chromium, take the pictures."""
    workspace = load_workspace(bundle_root(), {})
    rendered = render(workspace.load_issue(issue_id), workspace.theme)
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.exit("Chromium is missing: install the package chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take(browser, pages(rendered))
        with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "bulletin") as site:
            take_pages(browser, site)
        with tempfile.TemporaryDirectory() as folder, served_demo(Path(folder) / "bulletin") as studio:
            take_replies(browser, studio)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "2025-11")
