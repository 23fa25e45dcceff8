"""Nothing runs off the screen: narrow windows, styles stripped from the head, pictures switched off."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sample_copies import Copy, Look

pytestmark = pytest.mark.heavy

# The innermost boxes that stick out on the right, or whose words do: element, class, first words.
_STICKING_OUT = """() => {
  const range = document.createRange();
  const edge = e => (range.selectNodeContents(e), Math.max(
    e.getBoundingClientRect().right, ...[...range.getClientRects()].map(r => r.right)));
  const out = e => edge(e) > innerWidth + 0.5;
  return [...document.querySelectorAll('body *')].filter(e => out(e) && ![...e.children].some(out))
    .map(e => `${e.tagName.toLowerCase()}.${e.className}: ${(e.alt || e.textContent).trim().slice(0, 60)}`)
}"""
_WIDE = '<!DOCTYPE html><html lang="en"><title>x</title><div style="width: 700px">wide</div>'
_HEAD_STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL)


def overflow(page: Any) -> list[str]:
    """What is wider than the window; empty where nothing must be scrolled sideways (WCAG 2.2 SC 1.4.10)."""
    if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        return []
    return page.evaluate(_STICKING_OUT) or ["something"]


@pytest.mark.parametrize("width", [320, 360, 600])
@pytest.mark.parametrize("name", ["mail", "web", "fragment"])
def test_nothing_is_scrolled_sideways(name: str, width: int, copies: list[Copy], opened: Callable[..., Any]) -> None:
    found = {str(copy): overflow(opened(copy.pages[name], Look(width=width))) for copy in copies}
    assert not any(found.values()), found


def test_a_box_wider_than_the_window_would_be_found(opened: Callable[..., Any]) -> None:
    assert overflow(opened(_WIDE, Look(width=360)))


@pytest.mark.parametrize("width", [600, 1000])
def test_a_mail_without_its_head_styles_fits_and_keeps_its_letters(
    width: int, copies: list[Copy], opened: Callable[..., Any]
) -> None:
    for copy in copies:
        page = opened(_HEAD_STYLES.sub("", copy.pages["mail"]), Look(width=width))
        small = page.evaluate(
            "() => [...document.querySelectorAll('p, li, h1, h2, h3, h4, a, td.tile')]"
            ".filter(e => e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 16)"
            ".map(e => e.textContent.trim().slice(0, 60))"
        )
        assert not overflow(page), str(copy)
        assert not small, f"{copy}: smaller than 16 px: {small}"
        assert page.evaluate("document.compatMode") == "CSS1Compat", f"{copy} is shown in quirks mode"


@pytest.mark.parametrize("width", [360, 600])
def test_with_pictures_off_the_mail_fits_and_says_what_they_show(
    width: int, copies: list[Copy], opened: Callable[..., Any]
) -> None:
    for copy in copies:
        page = opened(copy.rendered.html, Look(width=width))  # a browser can't load cid:
        pictures = page.evaluate("[...document.images].map(i => [i.naturalWidth, i.alt, i.offsetHeight])")
        assert pictures, f"{copy} has no picture"
        assert all(loaded == 0 for loaded, _, _ in pictures), str(copy)
        assert all(alt.strip() and height >= 16 for _, alt, height in pictures), f"{copy}: {pictures}"
        assert not overflow(page), str(copy)
