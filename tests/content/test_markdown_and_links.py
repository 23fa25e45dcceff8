"""What an editor may write in a text or as a link, and what readers must never get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.links import SCHEMES, check_url
from newsletter.content.markdown import problems, unwrapped

GOOD_LINKS = [
    "https://example.org",
    "http://example.org:8080/a/b?c=d&e=f#g",
    "HTTPS://EXAMPLE.ORG/",
    "https://example.org/it's~fine/(really)",
    "https://m\u00fcnchen.example/stra\u00dfe",
    "https://[2001:db8::1]/",
    "mailto:a@example.org?subject=Subscribe%20me",
    "tel:+441632960000",
]
BAD_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "feed:javascript:alert(1)",
    "data:text/html,<script>",
    "vbscript:x",
    "blob:https://example.org/1",
    "file:///etc/passwd",
    "//evil.example",
    "/only/a/path",
    "\\\\evil.example",
    "example.org",
    "",
    "https:",
    "https://",
    "https:///path",
    "https:evil.example",
    "http:\\\\evil.example",
    "https://example.org/a b",
    "https://example.org/\u00a0",
    'https://example.org/"onclick=',
    "https://example.org/<b>",
    "https://example.org\nX-Header: y",
    "https://example.org:99999/",
    "https://example.org:port/",
    "https://[broken/",
    "https://www.gov.uk@evil.example/",
    "https://exam\u200bple.org/",
    "https://example.org/\u202egnp.exe",
    "https://example\u00ad.org/",
]
BAD_TEXTS = [
    "<script>alert(1)</script>",
    "words <b>bold</b> words",
    "<img src=x onerror=alert(1)>",
    "a stray </div> end",
    "<!-- a comment -->",
    "<?php echo 1 ?>",
    "<!DOCTYPE html>",
    "<![CDATA[x]]>",
    "> <iframe src='https://example.org'></iframe>",
    "- <style>p { color: red }</style>",
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#x3a;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](java\\script:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](?query)",
    "[x]()",
    "<javascript:alert(1)>",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "| a |\n|---|\n| [x](data:x) |",
    "**[*x*](vbscript:x)**",
    "![A picture](https://example.org/pixel.png)",
    "[![A picture](https://example.org/pixel.png)](https://example.org)",
    "<date:28 November>",
    "<date:2025-11-31>",
    "<date 2025-11-28>",
    "<event: visit>",
    "<event:nobody-knows>",
    "[words](event:nobody-knows)",
    "[words](#nowhere)",
]
GOOD_TEXTS = [
    "Plain words, 3 < 4 and 5 > 4, AT&T and &amp;.",
    "A heart <3 and an arrow <- and a\\<b>.",
    "`<script>` in code, and\n\n    <script> in a block\n",
    "[x](https://example.org 'with a title')",
    "<https://example.org> and <a@example.org>",
    "<date:2025-11-28>, <event:visit> and [that day](date:2025-11-28)",
    "[up there](#welcome)",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "~~struck~~ **strong** *stressed*\n\n1. one\n\n> quoted\n\n---",
    "[not a link](https://example.org/a b)",
]


@pytest.mark.parametrize("link", GOOD_LINKS)
def test_a_plain_link_is_left_as_it_is(link: str) -> None:
    assert check_url(link) == link


@pytest.mark.parametrize("link", BAD_LINKS, ids=ascii)
def test_a_link_that_would_harm_or_lead_nowhere_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match=r"link|must begin"):
        check_url(link)


@pytest.mark.parametrize("text", BAD_TEXTS, ids=ascii)
def test_a_text_that_readers_must_not_get_is_refused(text: str) -> None:
    assert list(problems(text, {"visit"}, {"welcome"}))


@pytest.mark.parametrize("text", GOOD_TEXTS, ids=ascii)
def test_a_text_that_only_looks_odd_is_taken(text: str) -> None:
    assert list(problems(text, {"visit"}, {"welcome"})) == []


def test_a_tag_is_told_once_and_not_again_for_its_end() -> None:
    assert len(list(problems("<b>one</b> and <i>two</i>", None))) == 2


def test_names_are_not_judged_where_nobody_knows_them() -> None:
    assert list(problems("<event:any> [x](#any)", None, None)) == []


@given(st.text())
def test_whatever_is_taken_as_a_link_begins_with_a_scheme_we_know(text: str) -> None:
    try:
        taken = check_url(text)
    except ValueError:
        return
    assert taken.partition(":")[0].lower() in SCHEMES


@given(st.text(st.sampled_from("[]()<>!&;#:jJ\\/`*_~|-\n\t \"'ax1\u200b"), max_size=40))
def test_no_text_makes_the_parser_stumble(text: str) -> None:
    assert all(problems(text, set(), set()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One line\nand another\n\nA paragraph", "One line and another\n\nA paragraph"),
        ("- one\n  goes on\n- two\n\n1. three\n   goes on", "- one goes on\n- two\n\n1. three goes on"),
        ("`code\nmore` and [a\nlink](https://example.org)", "`code more` and [a link](https://example.org)"),
        ("a break  \nhere\\\nand here", None),
        ("> quoted\n> on", None),
        ("| a |\n|---|\n| b |", None),
        ("## A heading\nand words", None),
        ("Heading\n---\nwords", None),
        ("```\ncode\nmore\n```", None),
    ],
)
def test_a_paragraph_is_shown_on_one_line_where_that_changes_nothing(text: str, shown: str | None) -> None:
    assert unwrapped(text) == (text if shown is None else shown)
