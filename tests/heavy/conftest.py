"""What the heavy proofs share: the sample's copies, a browser, and the parts that a machine may lack.

A missing part skips its proofs on a desk and fails them in CI, where a proof that does not run proves nothing.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sample_copies import Copy, Look, sample_copies, sample_workspace

NODE = Path(__file__).parent / "node"
_NAMES = {"chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")}
_DOVECOT = {"dovecot": "dovecot-imapd and dovecot-lmtpd"}
_PACKAGES = {
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "node": "nodejs",
    "postfix": "postfix",
    "dovecot": "dovecot-imapd and dovecot-lmtpd",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each issue of the sample workspace, the gallery of all sections included."""
    if "issue_id" in metafunc.fixturenames:
        metafunc.parametrize("issue_id", sample_workspace().issue_ids())


@pytest.fixture
def copies(issue_id: str) -> list[Copy]:
    """Every variant of the issue."""
    return sample_copies(issue_id)


@pytest.fixture(scope="session")
def require() -> Callable[[str], str]:
    """Finds a part that a proof needs: a program, a Python module (`module:NAME`) or a node package (`npm:NAME`)."""

    def find(name: str) -> str:
        kind, _, part = name.rpartition(":")
        found, remedy = {"": _program, "module": _module, "npm": _npm}[kind](part)
        if not found:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{part} is missing: {remedy}")
        return found

    return find


@pytest.fixture(scope="session")
def axe(require: Callable[[str], str]) -> str:
    """The source of axe-core."""
    return (Path(require("module:axe_playwright_python")).parent / "axe.min.js").read_text(encoding="utf-8")


def _program(name: str) -> tuple[str, str]:
    paths = (shutil.which(each) for each in _NAMES.get(name, (name,)))
    return next(filter(None, paths), ""), f"install the package {_PACKAGES.get(name, name)}"


def _module(name: str) -> tuple[str, str]:
    spec = importlib.util.find_spec(name)
    return (spec.origin or "") if spec else "", "install this project with its extra 'dev'"


def _npm(name: str) -> tuple[str, str]:
    folder = NODE / "node_modules" / name
    return str(folder) if folder.is_dir() else "", "run `npm ci` in tests/heavy/node"


# Of a module, not of the session: while Playwright's event loop runs, Django refuses to touch a database.
@pytest.fixture(scope="module")
def browser(require: Callable[[str], str]) -> Iterator[Any]:
    """Chromium without a window."""
    require("module:playwright")
    from playwright.sync_api import sync_playwright

    program = require("chromium")
    with sync_playwright() as playwright:
        # No sandbox: CI runs as root in a container, and the pages are our own.
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page of HTML, cut off from every network, in a window that is really as narrow as asked for."""
    contexts = []

    def show(html: str, look: Look) -> Any:
        viewport = {"width": look.width, "height": 900}
        contexts.append(browser.new_context(viewport=viewport, color_scheme=look.scheme, offline=True))
        page = contexts[-1].new_page()
        page.set_content(html, wait_until="load")
        return page

    yield show
    for context in contexts:
        context.close()
