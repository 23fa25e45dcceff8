"""What a month in the studio is played with: people at their own computers, the mails they get, and a camera."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from served_site import Site, serving

FOLDER = "NEWSLETTER_PICTURES"  # names a folder for pictures; without it nobody takes any
_SETTLED = 1500  # milliseconds until what a page fetches by itself is there
_PHONE = {"width": 375, "height": 812}


@dataclass(kw_only=True)
class Camera:
    """Takes a picture of each step, as it is seen on a screen."""

    taken: int = 0

    def __call__(self, page: Any, name: str, *, phone: bool = False, at: str = "") -> None:
        """The page from its head, or from something that is named; then the same on a telephone."""
        if not (folder := os.environ.get(FOLDER)):
            return
        self.taken += 1
        path = Path(folder) / f"{self.taken:02}-{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(_SETTLED)  # "networkidle" never comes where a preview was asked for anew meanwhile
        _shot(page, path, at)
        if phone:
            wide = page.viewport_size
            page.set_viewport_size(_PHONE)
            _shot(page, path.with_stem(f"{path.stem}-phone"), at)
            page.set_viewport_size(wide)


def _shot(page: Any, path: Path, at: str) -> None:
    page.evaluate("() => scrollTo(0, 0)")
    if at:
        page.locator(at).first.evaluate("part => part.scrollIntoView({ block: 'start', behavior: 'instant' })")
    page.screenshot(path=path)


@dataclass(frozen=True, kw_only=True)
class Caught:
    """What the mail server at the other end took."""

    folder: Path

    def mails(self, subject: str) -> list[EmailMessage]:
        """Every mail with these words at the head of its subject."""
        files = sorted(self.folder.glob("*.eml"))
        found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in found if str(mail["Subject"]).startswith(subject)]  # type: ignore[misc]

    def receivers(self, subject: str) -> list[str]:
        """Whom they were for, as often as they were."""
        return sorted(mail["To"].addresses[0].addr_spec.lower() for mail in self.mails(subject))


@dataclass(kw_only=True)
class Month:
    """All that happens in; each of the people has a browser of their own."""

    site: Site
    caught: Caught
    browser: Any
    camera: Camera = field(default_factory=Camera)
    said: list[str] = field(default_factory=list)

    def computer(self, url: str) -> Any:
        """A browser's window at an address; what its console says is kept."""
        page = self.browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB").new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: self.said.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.goto(url)
        return page

    @contextmanager
    def served(self, **settings: str) -> Iterator[Path]:
        """The studio, from one start to the next stop."""
        self.site = replace(self.site, settings={**self.site.settings, **settings})
        with serving(self.site) as said:
            yield said


def told(page: Any) -> str:
    """The words of a page on one line."""
    return " ".join(str(page.locator("main").inner_text()).split())


def write(page: Any, words: Mapping[str, str]) -> None:
    """Fill in fields, choose from lists, tick boxes, and send up pictures, as a form has them."""
    for name, text in words.items():
        field = page.locator(f"[name='{name}']").first
        kind = field.evaluate("field => field.type")
        if kind == "file":
            field.set_input_files(text)
            page.wait_for_selector("[data-thumb] img")
        elif kind == "select-one":
            field.select_option(text)
        else:
            field.fill(text)


def save(page: Any) -> None:
    """Press Save; it leads back to the issue."""
    page.click(".bar button")
    page.wait_for_selector(".notice:has-text('Saved.')")


def wait_until(page: Any, true: Callable[[], bool], what: str) -> None:
    """Wait for something that happens outside the page."""
    for _ in range(400):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within forty seconds: {what}")
