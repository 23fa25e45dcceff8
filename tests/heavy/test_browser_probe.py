"""What Chromium measures: nothing to mend in any sample, and each fault where there is one."""

from collections.abc import Callable

import pytest
from sample_copies import Copy

from newsletter.checks.facts import PageFact
from newsletter.services.probes.browser import ask_browser

pytestmark = pytest.mark.heavy

PAGE = '<!DOCTYPE html><html lang="en"><meta name="viewport" content="width=device-width"><title>x</title><body>{}'
DARK = "<style>@media (prefers-color-scheme: dark) { p { color: #444; background: #222 } }</style><p>night</p>"


def measured(*pages: str) -> tuple[PageFact, ...]:
    """The facts; there must be a browser."""
    facts = ask_browser(pages)
    assert facts is not None
    return facts


@pytest.fixture(autouse=True)
def parts(require: Callable[[str], str]) -> None:
    """The browser and what drives it."""
    require("module:playwright")
    require("chromium")


def test_no_sample_has_a_text_cut_off_or_faint_nor_is_wider_than_a_phone(copies: list[Copy]) -> None:
    for fact in measured(*(copy.rendered.html for copy in copies)):
        assert (fact.overflow, fact.clipped, fact.faint, fact.small) == (0, (), (), ()), fact


def test_a_box_wider_than_a_phone_is_measured() -> None:
    wide = {fact.width: fact.overflow for fact in measured(PAGE.format('<div style="width: 500px">wide</div>'))}
    assert wide[320] > 150
    assert wide[600] == 0


def test_a_text_in_too_small_a_box_is_measured() -> None:
    box = '<div style="width: 100px; height: 20px; overflow: hidden">more words than the box has room for</div>'
    assert all(fact.clipped for fact in measured(PAGE.format(box)))


def test_a_box_that_only_overflows_when_letters_are_spaced_out_is_told_apart() -> None:
    box = '<p style="font: 16px/1.2 monospace; width: 200px; height: 20px; overflow: hidden">eighteen letters.</p>'
    facts = measured(PAGE.format(box))
    assert {fact.look for fact in facts if fact.clipped} == {"light, spaced out", "dark, spaced out"}


def test_faint_words_are_measured_by_day_and_by_night() -> None:
    assert {fact.look for fact in measured(PAGE.format(DARK)) if fact.faint} == {"dark"}
    assert all(fact.faint for fact in measured(PAGE.format('<p style="color: #999; background: #fff">day</p>')))


def test_what_shines_through_counts_as_mixed() -> None:
    mixed = '<div style="background: #000"><p style="background: rgba(255,255,255,.1); color: #777">words</p></div>'
    assert all(fact.faint for fact in measured(PAGE.format(mixed)))


def test_small_links_side_by_side_are_measured_and_links_in_a_sentence_are_free() -> None:
    side = '<div><a href="#a" style="display: block; font-size: 10px; line-height: 11px; width: 20px">One</a>' * 2
    assert all(fact.small for fact in measured(PAGE.format(side)))
    sentence = '<p style="line-height: 1.1">See <a href="#a">one</a> and <a href="#b">two</a>.</p>'
    assert not any(fact.small for fact in measured(PAGE.format(sentence)))


def test_what_nobody_sees_is_not_judged() -> None:
    hidden = '<div style="display:none; color:#fff">x</div><div style="max-height:0; overflow:hidden">y y</div>'
    assert not any(fact.faint or fact.clipped for fact in measured(PAGE.format(hidden)))
