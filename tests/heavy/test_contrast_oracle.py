"""Contrast as the checks read it, against axe-core's measuring in a browser, on mails that other people wrote.

They are the HTML parts of public test collections in a folder `shared/corpora` above this repository.
"""

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from accessible import axe_finds

from newsletter.bundle import bundle_root
from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rules.accessibility import text_contrast
from newsletter.checks.runner import run_checks
from newsletter.content.issue import Issue
from newsletter.content.variants import Variant
from newsletter.rendering.rendered import Rendered

pytestmark = pytest.mark.heavy

LARGEST = 400_000  # bytes of a mail
MOST_APART = 1  # mails of which the two may think otherwise: letters are sized by whatever fonts are there
ISSUE = Issue.model_validate(
    {
        "title": "Bulletin of November 2025",
        "preheader": "A conference",
        "date": "2025-11-07",
        "sections": [{"type": "letter", "id": "welcome", "text": "Dear readers.", "name": "Ana Invented"}],
    }
)


def corpora() -> Path | None:
    """The folder of other people's mails."""
    folders = (parent / "shared" / "corpora" for parent in bundle_root().parents)
    return next((folder for folder in folders if folder.is_dir()), None)


def html_parts(folder: Path) -> Iterator[str]:
    """The HTML of every mail and page, each once."""
    seen = set()
    for path in sorted(folder.rglob("*")):
        html = _html(path) if path.is_file() and path.stat().st_size <= LARGEST else ""
        if len(html) > 300 and html[:2000] not in seen:
            seen.add(html[:2000])
            yield html


def _html(path: Path) -> str:
    raw = path.read_bytes()
    if path.suffix == ".html":
        return raw.decode("utf-8", "replace")
    if b"text/html" not in raw.lower():
        return ""
    body = message_from_bytes(raw, policy=policy.compat32)
    found = next((part for part in body.walk() if part.get_content_type() == "text/html"), None)
    content = found.get_payload(decode=True) if found else None
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def is_faint_to_us(html: str) -> bool:
    """Whether the rule blocks it for its contrast by day."""
    mail = Rendered(
        variant=Variant(language="en"),
        subject="",
        preheader="",
        html=html,
        text="",
        web_html="",
        web_fragment="",
        images=(),
        calendars=(),
        warnings=(),
        embeds_images=False,
    )
    report = run_checks(CheckContext(issue=ISSUE, mails=(mail,)), [text_contrast.RULE])
    return any(finding.severity is Severity.BLOCKS for finding in report.findings)


def test_the_checks_and_axe_agree_on_mails_that_neither_was_made_for(browser: Any, axe: str) -> None:
    folder = corpora()
    if folder is None:
        pytest.skip("there is no folder shared/corpora above this repository")
    context = browser.new_context(viewport={"width": 800, "height": 900}, offline=True)
    verdicts = []
    for html in html_parts(folder):
        page = context.new_page()
        page.set_content(html, wait_until="domcontentloaded")
        found = axe_finds(page, axe, "color-contrast")
        page.close()
        verdicts.append((bool(found), is_faint_to_us(html)))
    context.close()
    assert sum(theirs for theirs, _ in verdicts) > 10
    assert sum(theirs != ours for theirs, ours in verdicts) <= MOST_APART, verdicts
