"""MJML to HTML: text survives, errors have a place, and the compiler's silent faults are caught."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from lxml import html as lxml_html
from markupsafe import Markup
from mjml import mjml2html

from newsletter.errors import InputError
from newsletter.rendering.conditional_comments import unbalanced
from newsletter.rendering.inlining import inline_css
from newsletter.rendering.mjml import Origin, compile_mjml, locate, verify_compiled
from newsletter.rendering.mjml_escape import ascii_safe, attr_safe

AWKWARD = [
    "a\u00a0b\u202fc",  # no-break spaces
    "\u2764\ufe0f \U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f469\U0001f3fd\u200d\U0001f4bb",  # joined emoji
    "\u05d0\u05b7\u05d1 \u200f\u0646\u0635\u202eabc\u202c",  # right to left, with a point, a mark and an override
    "\u0939\u093f\u0928\u094d\u0926\u0940 \u0e44\u0e17\u0e22 e\u0301 soft\u00adhyphen \ufeffmark",
    "say \"hi\" and 'bye'",
    r"C:\new\table \u{a0} \\ \"",
    "{{ name }} %%name%% *|NAME|* ${x} <%= y %>",
    "<b>&amp; &nbsp; &#92; --> <!-- <![endif]-->",
    'x data-premailer="ignore" <style data-premailer="ignore"> <mj-text> </style>',
    "two\nlines\r\nand\ta tab",
]
# What the lint refuses anywhere is no text; the property holds for everything else.
TEXT = st.text(
    st.characters(
        exclude_categories=("Cs",),
        exclude_characters="".join(map(chr, (*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF))),
    ),
    max_size=40,
)
TEMPLATE = """<mjml lang="en" dir="ltr">
<mj-head><mj-title>{{ text }}</mj-title><mj-preview>{{ text }}</mj-preview></mj-head>
<mj-body><mj-section><mj-column css-class="c">
  <mj-image src="a.png" alt="{{ text|attr_safe }}" title='{{ text|attr_safe }}' />
  <mj-text><p title="{{ text|attr_safe }}">{{ text }}</p><i title="{{ text|e }}"></i></mj-text>
  <mj-button href="https://example.org/">{{ text }}</mj-button>
  <mj-table><tr><td abbr="{{ text|attr_safe }}">{{ text }}</td></tr></mj-table>
  <mj-raw><tr><td class="raw" data-text="{{ text|attr_safe }}">{{ text }}</td></tr>
    <!--[if mso]><p title="{{ text|e }}">{{ text }}</p><![endif]--></mj-raw>
</mj-column></mj-section></mj-body></mjml>"""


def page(body: str = "", head: str = "") -> str:
    """A document with this in its only column."""
    column = f"<mj-section><mj-column>{body}</mj-column></mj-section>"
    return f'<mjml lang="en" dir="ltr"><mj-head>{head}</mj-head><mj-body>{column}</mj-body></mjml>'


def rendered(text: str) -> lxml_html.HtmlElement:
    """The text at every place where an author's text may stand, compiled, inlined and parsed again."""
    environment = Environment(autoescape=True)
    environment.filters["attr_safe"] = attr_safe
    html = compile_mjml(environment.from_string(TEMPLATE).render(text=text))
    html = inline_css(html, "p, td, a { color: #112233 } img { border: 0 }")
    outlook = re.sub(r"<!--\[if mso\]>(<p .*?)<!\[endif\]-->", r"<div id='mso'>\1</div>", html, flags=re.DOTALL)
    return lxml_html.document_fromstring(outlook)


def shown_texts(root: lxml_html.HtmlElement) -> list[str]:
    """What stands in elements."""
    paths = ["//title", "//body/div[1]", "//p", "//a", "//td[@abbr]", "//td[@class='raw']", "//*[@id='mso']"]
    return [root.xpath(path)[0].text_content() for path in paths]


def attribute_texts(root: lxml_html.HtmlElement) -> list[str]:
    """What stands in attributes."""
    paths = [
        "//img/@alt",
        "//img/@title",
        "//p/@title",
        "//i/@title",
        "//td/@abbr",
        "//td/@data-text",
        "//*[@id='mso']/p/@title",
    ]
    return [root.xpath(path)[0] for path in (*paths, "//@aria-label")]


def one_line(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def assert_unchanged(text: str) -> None:
    root = rendered(text)
    assert len(root.xpath("//*")) == len(rendered("x").xpath("//*")), "the text became markup"
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    title, *others = shown_texts(root)
    assert one_line(title) == one_line(text)
    assert set(others) == {lines} if one_line(text) else {one_line(other) for other in others} == {""}
    assert {one_line(value) for value in attribute_texts(root)} == {one_line(text)}
    assert not any(re.search(r"[\t\r\n]", value) for value in attribute_texts(root))


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_comes_out_unchanged(text: str) -> None:
    assert_unchanged(text)


@settings(deadline=None)
@given(TEXT)
def test_any_text_comes_out_unchanged_and_never_as_markup(text: str) -> None:
    assert_unchanged(text)


def test_the_bare_compiler_would_have_spoilt_it() -> None:
    assert r"\u{a0}" in mjml2html(page('<mj-image src="a" alt="a\u00a0b" />'), fonts={})


def test_attr_safe_makes_one_line_and_keeps_no_break_spaces() -> None:
    assert attr_safe(' a \t\n b\u00a0\u00a0c "\\" ') == Markup("a b\u00a0\u00a0c &#34;&#92;&#34;")


def test_attr_safe_takes_the_text_of_markup_and_not_its_references() -> None:
    assert attr_safe(Markup("a &amp; b &#34;c&#34;")) == Markup("a &amp; b &#34;c&#34;")


def test_ascii_safe_keeps_the_line_of_everything_that_follows() -> None:
    source = '<mj-title>a\nb</mj-title>\n<p title="c\nd"\n  lang=\'e\n\nf "g"\'>h\u00e9\\</p>\nlast'
    safe = ascii_safe(source)
    assert safe.isascii()
    assert '<p title="c d"' in safe
    assert 'lang="e f &#34;g&#34;"' in safe
    assert safe.split("\n").index("last") == source.split("\n").index("last")


def test_ascii_safe_leaves_style_blocks_alone_also_in_comments() -> None:
    css = '.a::before { content: "\u201c\\201C" } [title="a\nb"] { margin: 0 }'
    source = f"<mj-style>{css}</mj-style><!--[if mso]><style>{css}</style>\u00e9<![endif]--><style>{css}</style>\u00e9"
    assert ascii_safe(source) == source.replace("\u00e9", "&#233;")


@pytest.mark.parametrize("gap", ["\n", "\n  ", " \n", "<!-- x -->\n", "\n<!-- x -->\n", " ", "\t", "\r\n"])
@pytest.mark.parametrize("inside", ["mj-text", "mj-button", "mj-raw"])
def test_words_in_neighbouring_tags_do_not_join(gap: str, inside: str) -> None:
    html = compile_mjml(page(f"<{inside}><b>one</b>{gap}<i>two</i>{gap}<br>{gap}<a>three</a></{inside}>"))
    text = lxml_html.document_fromstring(html).xpath("//body")[0].text_content()
    assert "one two three" in one_line(text)


@pytest.mark.parametrize("gap", ["\n", " ", "  \n", "\t", " <!-- x --> <!-- y --> ", ""])
def test_white_space_between_elements_of_mjml_is_free(gap: str) -> None:
    tags = re.findall(r"<[^>]*>", page("<mj-text></mj-text><mj-spacer />", "<mj-raw></mj-raw>"))
    assert compile_mjml(gap + gap.join(tags) + gap) == compile_mjml("".join(tags))


def test_line_breaks_between_blocks_cost_no_bytes() -> None:
    table = "<mj-table>\n<tr>\n<td>x</td>\n<td>y</td>\n</tr>\n</mj-table>"
    assert compile_mjml(page(table)) == compile_mjml(page(table.replace("\n", "")))


def test_css_may_hold_other_characters_and_escapes() -> None:
    css = '.a::before { content: "\u201c\\201C\u00e9" } .a > .b { color: #112233 !important }'
    html = compile_mjml(page(head=f"<mj-style>{css}</mj-style>"))
    assert f'<style type="text/css">{css}</style>' in inline_css(html, "")


def test_nothing_remote_is_in_the_head() -> None:
    head = compile_mjml(page("<mj-text>Ubuntu, Roboto, Lato</mj-text>")).partition("<body")[0]
    assert "@import" not in head
    assert "<link" not in head


def test_the_doctype_is_the_one_that_lxml_keeps() -> None:
    assert compile_mjml("\n" + page()).startswith("<!DOCTYPE html><html")


def test_carriage_returns_do_not_reach_the_mail() -> None:
    html = inline_css(compile_mjml(page("<mj-text>a\r\nb\rc</mj-text>")), "")
    assert "a\nb\nc" in html
    assert "&#13;" not in html


def test_compiling_twice_gives_the_same_bytes() -> None:
    source = page("<mj-navbar hamburger='hamburger'><mj-navbar-link href='x'>y</mj-navbar-link></mj-navbar>")
    assert compile_mjml(source) == compile_mjml(source)


MARKED = """<mjml>
<mj-body>
<!-- section: template:templates/email/frame.mjml.j2 -->
<mj-raw><!--[if mso]><p>kept</p><![endif]--></mj-raw>
<!-- section:blog template:templates/email/sections/feature.mjml.j2 -->
<mj-section><mj-column>
  <mj-text {}>x</mj-text>
</mj-column></mj-section>
<!-- section: template:templates/email/frame.mjml.j2 -->
<mj-section>{}</mj-section>
</mj-body>
</mjml>"""


@pytest.mark.parametrize(
    ("line", "section", "template"),
    [
        (1, "", ""),
        (4, "", "templates/email/frame.mjml.j2"),
        (5, "blog", "templates/email/sections/feature.mjml.j2"),
        (7, "blog", "templates/email/sections/feature.mjml.j2"),
        (10, "", "templates/email/frame.mjml.j2"),
    ],
)
def test_a_line_is_traced_to_the_marker_above_it(line: int, section: str, template: str) -> None:
    assert locate(MARKED, line) == Origin(section, template) == (section, template)


def test_markers_do_not_reach_the_mail_and_conditional_comments_do() -> None:
    html = compile_mjml(MARKED.format("", ""))
    assert "section:" not in html
    assert "templates/" not in html
    assert "<!--[if mso]><p>kept</p><![endif]-->" in html


def test_every_finding_of_the_lint_is_told_with_section_template_and_line() -> None:
    with pytest.raises(InputError) as caught:
        compile_mjml(MARKED.format('fontsize="12px"', "stray"))
    first, second = caught.value.problems
    assert (first.section, first.file) == ("blog", "templates/email/sections/feature.mjml.j2")
    assert first.message.startswith("line 7, column 12 of the composed MJML: ")
    assert (second.section, second.file) == ("", "templates/email/frame.mjml.j2")
    assert "did you mean font-size?" in str(caught.value)


def test_an_error_of_the_compiler_is_told_with_section_template_and_line() -> None:
    unforeseen = "<mj-accordion icon-wrapped-url='a' icon-unwrapped-url='b'><mj-accordion-element>"
    unforeseen += "\n<!-- no --></mj-accordion-element></mj-accordion>"
    source = MARKED.format("", "").replace(
        "  <mj-text >x", f"<mj-text>d\u00e9j\u00e0 vu</mj-text>{unforeseen}<mj-text>"
    )
    with pytest.raises(InputError) as caught:
        compile_mjml(source)
    (problem,) = caught.value.problems
    assert problem.section == "blog"
    assert problem.message.startswith("line 8, column 1 of the composed MJML: The MJML compiler refuses this")
    assert "position" not in problem.message


def test_an_error_of_the_compiler_without_a_position_is_still_a_sentence() -> None:
    carousel = '<mj-carousel left-icon="l" right-icon="r"><mj-raw>x</mj-raw></mj-carousel>'
    source = page(carousel)
    with pytest.raises(InputError) as caught:
        compile_mjml(source)
    assert caught.value.problems[0].message


@pytest.mark.parametrize("comments", [["[if mso]>x<![endif]"], ["[if !mso]><!", "<![endif]"], ["plain"], []])
def test_whole_conditional_comments_are_balanced(comments: list[str]) -> None:
    assert unbalanced(comments) == []


@pytest.mark.parametrize(
    ("comments", "strays"),
    [
        (["[if mso]>x"], [0]),
        (["plain", "<![endif]"], [1]),
        (["[if !mso]><!"], [0]),
        (["[if !mso]><!", "[if !mso]><!", "<![endif]"], [1]),
        (["[if mso]>[if mso]><![endif]<![endif]"], [0]),
        (["x<![endif]"], [0]),
        (["[if mso]>x<!--[if mso]>y<![endif]"], [0]),
    ],
)
def test_conditional_comments_that_open_or_close_alone_are_found(comments: list[str], strays: list[int]) -> None:
    assert unbalanced(comments) == strays


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<mj-image src="a" alt="a\u00a0b" />', "escaped for Rust"),
        ('<mj-image src="a" alt="a\tb" />', "escaped for Rust"),
        ("<mj-text><p title='a \"b\"'>x</p></mj-text>", "escaped for Rust"),
        ("<mj-foo>x</mj-foo>", "uncompiled"),
        ("<mj-raw><!--[if mso]>x</mj-raw>", "not closed"),
    ],
)
def test_html_with_a_silent_fault_of_the_compiler_is_refused(body: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        verify_compiled(mjml2html(page(body), fonts={}))


def test_the_compiled_html_is_looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.rendering.mjml.ascii_safe", str)
    with pytest.raises(InputError, match="escaped for Rust"):
        compile_mjml(page('<mj-image src="a" alt="a\u00a0b" />'))
