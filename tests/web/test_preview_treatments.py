"""What each look does to the mail."""

import re

import pytest

from newsletter.content.variants import Variant
from newsletter.rendering.links import Links
from newsletter.rendering.rendered import Rendered, RenderedImage
from newsletter.rendering.theme import Publication
from newsletter.web.preview.looks import LOOKS, look_named
from newsletter.web.preview.treatments import framed, readable_lines

DARK_RULE = "@media (prefers-color-scheme: dark) { body { color: #ffffff } }"
DOT = RenderedImage(name="abc.png", content=b"x", content_type="image/png", width=1, height=1)
PUBLIC = Links(Publication(base_url="https://bulletin.example"), "2025-11")
PRIVATE = Links(Publication(), "2025-11")


def rendered(body: str = "<p>words</p>") -> Rendered:
    return Rendered(
        variant=Variant(),
        subject="S",
        preheader="P",
        html=f"<html><head><title>t</title><style>{DARK_RULE}</style></head><body>{body}</body></html>",
        text="words",
        web_html=f"<html><head><style>{DARK_RULE}</style></head><body><h1>on the web</h1></body></html>",
        web_fragment="",
        images=(DOT,),
        calendars=(),
        warnings=(),
        embeds_images=True,
    )


def shown(look: str, body: str = "<p>words</p>", links: Links = PRIVATE) -> str:
    chosen = look_named(look)
    assert chosen
    return framed(rendered(body), chosen, links)


@pytest.mark.parametrize(
    ("links", "address"),
    [(PRIVATE, "cid:abc@images"), (PUBLIC, "https://bulletin.example/archive/2025-11/images/abc.png")],
)
def test_pictures_come_from_the_preview_wherever_readers_will_get_them(links: Links, address: str) -> None:
    assert 'src="images/abc.png"' in shown("light", f'<img src="{address}">', links)


def test_light_has_no_dark_rule_in_force_and_dark_has_it() -> None:
    assert "@media (max-width: 0px)" in shown("light")
    assert "@media (min-width: 0px)" in shown("dark")


def test_forced_dark_inverts_the_light_mail_and_keeps_pictures() -> None:
    page = shown("forced-dark")
    assert "@media (max-width: 0px)" in page
    assert "html, img { filter: invert(1) hue-rotate(180deg); }" in page


def test_head_styles_off_leaves_no_style_element_but_inline_styles() -> None:
    page = shown("styles-off", '<p style="color: red">words</p>')
    assert "<style" not in page
    assert 'style="color: red"' in page


def test_web_looks_show_the_web_edition() -> None:
    assert "on the web" in shown("web")
    assert "@media (min-width: 0px)" in shown("web-dark")


def test_outside_links_open_in_a_tab_of_their_own_and_inner_links_stay() -> None:
    page = shown("light", '<a class="x" href="https://example.org">out</a><a href="#top">in</a>')
    assert '<a target="_blank" rel="noopener noreferrer" class="x" href="https://example.org">' in page
    assert '<a href="#top">' in page


def test_every_framed_look_has_a_note_that_says_what_it_is() -> None:
    assert all(look.note for look in LOOKS)
    forced = look_named("forced-dark")
    assert forced
    assert "approximation" in forced.note


def test_source_lines_hold_every_character_of_the_mail() -> None:
    page = "<html><body><div><p>one</p><!--[if mso]><table><tr><td><![endif]--></div>\n<h2>two</h2></body></html>"
    lines = readable_lines(page)
    assert "<p>one</p>" in lines
    assert re.sub(r"\n", "", page) == "".join(lines)
