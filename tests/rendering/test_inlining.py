"""Two sheets: what is inlined, what stays, and what premailer must not do on the way."""

import logging
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import html as lxml_html

from newsletter.errors import InputError
from newsletter.rendering.inlining import inline_css
from newsletter.rendering.mjml import compile_mjml

HEAD_SHEET = """
:root { color-scheme: light dark }
@font-face { font-family: "X"; src: local("X") }
#outlook a { padding: 0 }
.card > .title:hover { color: #112233 !important }
[data-ogsc] .title { color: #eeeeee !important }
@media (max-width: 480px) { .title { font-size: 24px !important } .nowhere { margin: 0 } }
@media (prefers-color-scheme: dark) { .card, .card > table { background-color: #111111 !important } }
@supports (display: grid) { .title { margin: 0 } }
@keyframes x { from { opacity: 0 } }
.quote::before { content: "\u201c\\201C" }
"""
BODY = """
<mj-section css-class="card" background-color="#ffffff" padding="0px 24px"><mj-column>
  <mj-image src="https://example.org/a.png" alt="A" css-class="picture" />
  <mj-text>
    <h2 class="title" id="x">Title</h2><p class="quote" style="color:#123456;mso-line-height-rule:exactly">Hi</p>
    <a href="#x">up</a> <a href="{{unsubscribe_url}}">1</a> <a href="%%view%%">2</a>
    <a href="https://example.org/?a=1&amp;b=2">3</a>
    <a href="mailto:news@example.org?subject=Subscribe%20me">4</a>
    <img class="inner" src="cid:a@b" alt="" width="552" height="20" />
  </mj-text>
  <mj-raw>
    <!--[if mso]><v:rect style="width:10px"><p class="title">\u00e9 &nbsp;</p></v:rect><![endif]-->
    <!--[if mso]><style>.title > b { color: #112233 !important }</style><![endif]-->
    <!--[if !mso]><!--><tr><td class="title" align="left" valign="top" bgcolor="#ffffff">Shown</td></tr><!--<![endif]-->
  </mj-raw>
</mj-column></mj-section>"""
INLINE_SHEET = """
/* Comments may say @anything. */
.title, h2.title { color: #0b3d5c; font-size: 22px; text-align: center; vertical-align: top; background-color: #fafafa }
#x { margin: 0 0 8px }
p.quote { color: #ff0000; font-family: "A B", Arial, sans-serif }
.picture td > img, .inner { width: 100%; height: auto }
"""


@pytest.fixture(scope="module")
def compiled() -> str:
    """The sample as the compiler leaves it."""
    source = f'<mjml lang="en"><mj-head><mj-style>{HEAD_SHEET}</mj-style></mj-head><mj-body>{BODY}</mj-body></mjml>'
    return compile_mjml(source)


@pytest.fixture(scope="module")
def inlined(compiled: str) -> str:
    """The sample with its sheet in style attributes."""
    return inline_css(compiled, INLINE_SHEET)


@pytest.fixture(scope="module")
def tree(inlined: str) -> lxml_html.HtmlElement:
    """The inlined sample, parsed."""
    return lxml_html.document_fromstring(inlined)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Collects what anybody tried to look up."""
    asked: list[object] = []

    def refuse(*address: object, **_: object) -> None:
        asked.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return asked


def style(element: lxml_html.HtmlElement) -> dict[str, str]:
    """Declarations of an element's style attribute."""
    pairs = (part.split(":", 1) for part in element.get("style", "").split(";") if part.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def blocks(html: str) -> list[str]:
    return re.findall(r"<style\b[^>]*>.*?</style>", html, re.DOTALL)


def test_plain_rules_are_written_into_style_attributes(tree: lxml_html.HtmlElement) -> None:
    found = style(tree.xpath("//h2")[0])
    assert found["color"] == "#0b3d5c"
    assert found["margin"] == "0 0 8px"


def test_a_style_already_on_the_element_wins_and_the_rest_joins_it(tree: lxml_html.HtmlElement) -> None:
    found = style(tree.xpath("//p")[0])
    assert found["color"] == "#123456"
    assert found["mso-line-height-rule"] == "exactly"
    assert "A B" in found["font-family"]


def test_the_doctype_survives(inlined: str) -> None:
    assert inlined.startswith("<!DOCTYPE html>")


def test_style_blocks_survive_byte_for_byte(compiled: str, inlined: str) -> None:
    assert HEAD_SHEET.strip() in inlined
    assert blocks(inlined) == blocks(compiled)


def test_nothing_of_the_inline_sheet_reaches_the_head(inlined: str) -> None:
    assert "#0b3d5c" not in inlined.partition("<body")[0]


def test_important_stays_in_the_head_sheet(inlined: str) -> None:
    assert ".title { font-size: 24px !important }" in inlined


def test_comments_survive_byte_for_byte(compiled: str, inlined: str) -> None:
    comments = re.findall(r"<!--.*?-->", compiled, re.DOTALL)
    assert len(comments) > 10
    assert re.findall(r"<!--.*?-->", inlined, re.DOTALL) == comments


def test_size_and_alignment_attributes_are_neither_overwritten_nor_added(tree: lxml_html.HtmlElement) -> None:
    picture, inner = tree.xpath("//img")
    assert (picture.get("width"), picture.get("height")) == ("502", "auto")
    assert (inner.get("width"), inner.get("height")) == ("552", "20")
    assert style(inner)["width"] == "100%"
    cell = tree.xpath("//td[@class='title']")[0]
    assert (cell.get("align"), cell.get("valign"), cell.get("bgcolor")) == ("left", "top", "#ffffff")
    assert set(tree.xpath("//h2")[0].keys()) == {"class", "id", "style"}


def test_addresses_come_out_as_they_went_in(tree: lxml_html.HtmlElement) -> None:
    assert [each.get("href") for each in tree.xpath("//a")] == [
        "#x",
        "{{unsubscribe_url}}",
        "%%view%%",
        "https://example.org/?a=1&b=2",
        "mailto:news@example.org?subject=Subscribe%20me",
    ]
    assert tree.xpath("//img/@src") == ["https://example.org/a.png", "cid:a@b"]


def test_no_mark_of_the_inliner_is_left(inlined: str) -> None:
    assert "data-premailer" not in inlined


def test_classes_stay_for_the_head_sheet(tree: lxml_html.HtmlElement) -> None:
    assert tree.xpath("//p/@class") == ["quote"]


def test_only_style_attributes_differ(compiled: str, inlined: str) -> None:
    def shape(html: str) -> list[tuple[str, dict[str, str]]]:
        elements = lxml_html.document_fromstring(html).iter(lxml_html.etree.Element)
        return [(each.tag, {**each.attrib, "style": ""}) for each in elements]

    assert shape(inlined) == shape(compiled)


def test_a_style_block_that_imports_causes_no_look_up(no_network: list[object]) -> None:
    imports = (
        "<style>@import url(https://fonts.example/x.css);</style><style media='screen'>@import '//x.example'</style>"
    )
    link = '<link rel="stylesheet" href="https://fonts.example/y.css">'
    html = f"<!DOCTYPE html><html><head>{imports}{link}</head><body><p>x</p></body></html>"
    assert '<p style="margin:0">' in inline_css(html, "p { margin: 0 }")
    assert no_network == []


def test_an_inline_sheet_that_imports_is_refused_before_any_look_up(no_network: list[object]) -> None:
    with pytest.raises(InputError, match="at-rules"):
        inline_css("<p>x</p>", "@import url(https://fonts.example/x.css); p { margin: 0 }")
    assert no_network == []


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    html = '<html><body><p style="mso-odd:12345;word-break:odd">x</p></body></html>'  # not seen before: no cache helps
    with caplog.at_level(logging.DEBUG):
        inline_css(html, "p { mso-even: 12345; margin: odd }")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_inlining_twice_changes_nothing_more(inlined: str) -> None:
    assert inline_css(inlined, INLINE_SHEET) == inlined


def test_equal_input_gives_equal_bytes_whatever_the_hash_seed(compiled: str, inlined: str) -> None:
    program = (
        "import sys; from newsletter.rendering.inlining import inline_css;"
        "html, sheet = sys.stdin.buffer.read().decode().split('\\0');"
        "sys.stdout.buffer.write(inline_css(html, sheet).encode())"
    )
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", program],
            input=f"{compiled}\0{INLINE_SHEET}".encode(),
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        assert run.stdout.decode() == inlined


def test_many_threads_get_the_same_bytes(compiled: str, inlined: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: inline_css(compiled, INLINE_SHEET), range(18)))
    assert set(results) == {inlined}


def test_angle_brackets_in_attributes_leave_as_references() -> None:
    html = '<p title="a &lt;!-- b --&gt; &lt;style&gt;">x</p><!-- <b title="<"> --><p>y</p>'
    out = inline_css(f"<html><body>{html}</body></html>", "p { margin: 0 }")
    assert 'title="a &lt;!-- b --&gt; &lt;style&gt;"' in out
    assert '<!-- <b title="<"> -->' in out


@pytest.mark.parametrize("sheet", ["", ".a { margin: 0 }"])
def test_a_document_without_a_rule_that_matches_is_left_alone(sheet: str) -> None:
    html = "<!DOCTYPE html>\n<html><head></head><body><div><p>x</p><p>y <b>z</b></p></div><div></div></body></html>"
    assert inline_css(html, sheet) == html


def test_floats_and_unset_values_are_inlined_as_written() -> None:
    html = '<html><body><img src="a.png" alt=""></body></html>'
    out = inline_css(html, "img { float: left; color: unset }")
    assert '<img src="a.png" alt="" style="float:left; color:unset">' in out


@pytest.mark.parametrize(
    "rule",
    [
        "@media print { p { margin: 0 } }",
        "p:hover { margin: 0 }",
        "p::before { margin: 0 }",
        "p:not(.a) { margin: 0 }",
        "p:nth-child(2) { margin: 0 }",
        "* { margin: 0 }",
        ".a * { margin: 0 }",
        "P { margin: 0 }",
        "p { margin: 0 !important }",
        "p { margin: 0 ! important }",
        "p { color: {{ colour }} }",
        "p { color: %%colour%% }",
        "p { color: rgb(0 0 0 / 50%) }",
        "p { width: calc(1px*(2+3)) }",
        "p { filter: progid:DXImageTransform.Microsoft.gradient(enabled=false) }",
        "p { display: none; display: block }",
        "p { color }",
        "p { margin: 0 } }",
        "p { margin: 0",
        "{ margin: 0 }",
        "p, { margin: 0 }",
    ],
)
def test_a_rule_that_inlining_would_lose_or_change_is_refused_with_its_line(rule: str) -> None:
    with pytest.raises(InputError) as caught:
        inline_css("<p>x</p>", f"/* a\nb */\n{rule}\n", sheet_name="inline.css")
    assert {(problem.file, problem.line) for problem in caught.value.problems} == {("inline.css", 3)}


def test_every_problem_of_the_inline_sheet_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        inline_css("<p>x</p>", "p:hover { margin: 0 }\n.ok { margin: 0 }\nP { color: %%x%% }", sheet_name="inline.css")
    assert [problem.line for problem in caught.value.problems] == [1, 3, 3]


@pytest.mark.parametrize("value", ["color:{{x}}", "width:calc(1px*(2+3))", "display:none;display:block", "head", "p"])
def test_a_style_attribute_that_inlining_would_lose_is_refused(value: str) -> None:
    with pytest.raises(InputError, match="one plain value"):
        inline_css(f'<html><body><p style="{value}">x</p></body></html>', "p { margin: 0 } head { margin: 0 }")


def test_a_style_attribute_may_hold_quotes_and_semicolons_in_addresses() -> None:
    style = "font-family:&quot;A B&quot;;background:url(data:image/png;base64,AA==)"
    out = inline_css(f'<html><body><p style="{style}">x</p></body></html>', "p { margin: 0 }")
    assert "base64,AA==" in out
    assert "A B" in out


def test_an_old_form_of_condition_that_would_be_changed_is_refused() -> None:
    html = "<html><body><!-- a <p> --><![if !mso]><p>x</p><![endif]></body></html>"
    with pytest.raises(InputError, match="condition"):
        inline_css(html, "p { margin: 0 }")
