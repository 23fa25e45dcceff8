"""Accessibility as a machine can judge it: axe-core finds nothing against WCAG 2.0 to 2.2, levels A and AA."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample_copies import LOOKS, Copy, Look

pytestmark = pytest.mark.heavy

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
FAULTY = """<!DOCTYPE html><html lang="en"><title>x</title>
<img src="data:,"><p style="color: #999999; background: #ffffff">faint words</p>"""


@pytest.fixture(scope="module")
def axe(require: Callable[[str], str]) -> str:
    """The source of axe-core."""
    return (Path(require("module:axe_playwright_python")).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Any, axe: str) -> list[str]:
    """A line for each violation: rule, element, what is wrong."""
    page.evaluate(axe)
    found = page.evaluate(f"axe.run({{runOnly: {json.dumps(TAGS)}}}).then(result => result.violations)")
    return [
        f"{rule['id']}: {node['html'][:160]} - {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", ["mail", "web", "fragment"])
def test_axe_finds_nothing(name: str, look: Look, copies: list[Copy], opened: Callable[..., Any], axe: str) -> None:
    found = [f"{copy}: {line}" for copy in copies for line in violations(opened(copy.pages[name], look), axe)]
    assert not found, "\n".join(found)


def test_axe_would_find_a_missing_alt_text_and_faint_words(opened: Callable[..., Any], axe: str) -> None:
    rules = {line.partition(":")[0] for line in violations(opened(FAULTY, LOOKS[0]), axe)}
    assert {"image-alt", "color-contrast"} <= rules
