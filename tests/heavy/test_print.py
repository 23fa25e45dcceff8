"""The web edition on A4: no card is cut by the end of a page, every link is numbered, and its address is listed."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample_copies import Copy, Look

pytestmark = pytest.mark.heavy

_PAPER = {"width": 643, "height": 986}  # CSS pixels inside the margins of 20 and 18 mm
_CUT = (
    '<!DOCTYPE html><html lang="en"><title>x</title><div style="height: 900px"></div>'
    "<article>Above<p style='height: 300px'></p>Below</article>"
)
# Sets a word at the head and just above the foot of every card, and answers how tall each one is.
_MARK_CARDS = """() => [...document.querySelectorAll('article, figure, blockquote, .callout')].map((card, number) => {
  const height = card.offsetHeight, style = 'position:absolute;white-space:nowrap;font:4px monospace';
  card.insertAdjacentHTML('afterbegin', `<div dir="ltr" style="${style}">zzhead${number}zz</div>`);
  card.insertAdjacentHTML('beforeend', `<div dir="ltr" style="${style};margin-top:-6px">zzfoot${number}zz</div>`);
  return height;
})"""
_LINKS = """() => [...document.querySelectorAll('main a[href]')]
  .filter(a => /^(https?|mailto):/.test(a.getAttribute('href')))
  .map(a => {
    const mark = a.querySelector('sup.print');
    const address = a.getAttribute('href').replace(/^mailto:([^?]*).*/, '$1');
    return [address, mark?.textContent ?? '', Boolean(mark?.offsetHeight)];
  })"""
_LISTED = "() => [...document.querySelectorAll('#printed_links li')].map(e => [e.textContent, e.offsetHeight > 0])"


@pytest.fixture
def cut_cards(require: Callable[[str], str], tmp_path: Path) -> Callable[[Any], list[str]]:
    """Prints a page and names every card that begins on one sheet and ends on another, though one could hold it."""
    pdftotext = require("pdftotext")

    def printed(page: Any) -> list[str]:
        page.emulate_media(media="print")
        page.set_viewport_size(_PAPER)
        heights = page.evaluate(_MARK_CARDS)
        page.pdf(path=tmp_path / "edition.pdf", prefer_css_page_size=True)
        command = [pdftotext, str(tmp_path / "edition.pdf"), "-"]
        sheets = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout.split("\f")
        return [
            f"card {number}, {height} px tall"
            for number, height in enumerate(heights)
            if height < _PAPER["height"] and _sheet(sheets, f"zzhead{number}zz") != _sheet(sheets, f"zzfoot{number}zz")
        ]

    return printed


def _sheet(sheets: list[str], word: str) -> int:
    return next(number for number, text in enumerate(sheets) if word in text)


def test_no_card_is_cut(copies: list[Copy], opened: Callable[..., Any], cut_cards: Callable[[Any], list[str]]) -> None:
    found = {str(copy): cut_cards(opened(copy.pages["web"], Look())) for copy in copies}
    assert not any(found.values()), found


def test_a_card_that_is_cut_would_be_found(opened: Callable[..., Any], cut_cards: Callable[[Any], list[str]]) -> None:
    assert len(cut_cards(opened(_CUT, Look()))) == 1


def test_every_link_is_numbered_on_paper_and_its_address_listed(copies: list[Copy], opened: Callable[..., Any]) -> None:
    for copy in copies:
        page = opened(copy.pages["web"], Look())
        page.emulate_media(media="print")
        listed = page.evaluate(_LISTED)
        assert all(seen for _, seen in listed), f"{copy}: an address is not printed"
        for address, mark, seen in page.evaluate(_LINKS):
            assert seen, f"{copy}: {address} has no number on paper"
            assert listed[int(mark.strip("[]")) - 1][0] == address, str(copy)


def test_numbers_and_list_are_for_paper_alone(copies: list[Copy], opened: Callable[..., Any]) -> None:
    for copy in copies:
        page = opened(copy.pages["web"], Look())
        assert not any(seen for _, _, seen in page.evaluate(_LINKS)), str(copy)
        assert not any(seen for _, seen in page.evaluate(_LISTED)), str(copy)
