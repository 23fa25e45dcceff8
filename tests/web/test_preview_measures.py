"""The size meter."""

from dataclasses import replace

import pytest
from test_preview_treatments import rendered

from newsletter.web.preview.measures import measure


@pytest.mark.parametrize(
    ("size", "level"), [(90_000, "ok"), (90_001, "caution"), (100_000, "caution"), (100_001, "over")]
)
def test_html_is_weighed_in_bytes_against_where_gmail_cuts(size: int, level: str) -> None:
    empty = "<html><body></body></html>"
    wide = "é" * ((size - len(empty)) // 2) + "e" * (size % 2)  # two bytes each
    html, _styles = measure(replace(rendered(), html=f"<html><body>{wide}</body></html>"))
    assert (html.size, html.level) == (size, level)


@pytest.mark.parametrize(("size", "level"), [(16_000, "ok"), (16_001, "over")])
def test_all_head_styles_are_weighed_together_and_those_for_outlook_alone_are_not(size: int, level: str) -> None:
    half = "a" * 8_000
    page = f"<html><head><!--[if mso]><style>{half}</style><![endif]--><style>{half}</style><style>{half}</style>"
    page = page.replace(half + "</style><style>", half + "b" * (size - 16_000) + "</style><style>")
    _html, styles = measure(replace(rendered(), html=f"{page}</head><body></body></html>"))
    assert (styles.size, styles.level) == (size, level)


def test_a_weight_beyond_the_scale_fills_the_bar_and_no_more() -> None:
    html, _styles = measure(replace(rendered(), html=f"<html><body>{'x' * 500_000}</body></html>"))
    assert html.share(html.size) == 100
    assert html.share(90_000) < html.share(100_000) < 100
