"""Accessibility as a machine can judge it: axe-core finds nothing against WCAG 2.0 to 2.2, levels A and AA."""

from collections.abc import Callable
from typing import Any

import pytest
from accessible import axe_finds
from sample_copies import Copy, Look

pytestmark = pytest.mark.heavy

FAULTY = """<!DOCTYPE html><html lang="en"><title>x</title>
<img src="data:,"><p style="color: #999999; background: #ffffff">faint words</p>"""


@pytest.mark.parametrize("look", [Look(width=600, scheme="light"), Look(width=360, scheme="dark")], ids=str)
@pytest.mark.parametrize("name", ["mail", "web", "fragment"])
def test_axe_finds_nothing(name: str, look: Look, copies: list[Copy], opened: Callable[..., Any], axe: str) -> None:
    found = [f"{copy}: {line}" for copy in copies for line in axe_finds(opened(copy.pages[name], look), axe)]
    assert not found, "\n".join(found)


def test_axe_would_find_a_missing_alt_text_and_faint_words(opened: Callable[..., Any], axe: str) -> None:
    rules = {line.partition(":")[0] for line in axe_finds(opened(FAULTY, Look()), axe)}
    assert {"image-alt", "color-contrast"} <= rules
