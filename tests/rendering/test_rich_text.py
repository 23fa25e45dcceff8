"""Pasted rich text: the words stay, and nothing that runs, watches or is merged gets through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content import markdown
from newsletter.rendering.rich_text import to_markdown

WORD = """<html><head><style>p.MsoNormal{color:red}</style></head><body lang=EN-GB><!--StartFragment-->
<p class=MsoNormal><b>Two things</b> were found:<o:p></o:p></p>
<p class=MsoListParagraph style='text-indent:-18pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7pt'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>Beds<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>2.&nbsp; Doors</p><!--EndFragment--></body></html>"""
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span
style="font-weight:400;">Plain, </span><span style="font-weight:700;">bold</span><span style="font-style:italic"> and
stressed</span></p></b>"""


@pytest.mark.parametrize(
    ("pasted", "written"),
    [
        ("<h2>News</h2><p>One <strong>new</strong> <a href='https://example.org/a'>report</a>.</p>",
         "## News\n\nOne **new** [report](https://example.org/a)."),
        ("<ul><li>One<ul><li>Below</li></ul></li><li>Two</li></ul>", "- One\n  - Below\n- Two"),
        ("<ol><li>One</li><li>Two</li></ol>", "1. One\n2. Two"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
         "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        (WORD, "**Two things** were found:\n\n- Beds\n- Doors"),
        ("one<br>two<br><br><br>three<br>", "one\\\ntwo\n\nthree"),
        ("<p>Dear {{ first_name }}, *|FNAME|* %%name%% [[Name]] &lt;&lt;Name&gt;&gt; «Name»!</p>", "Dear , !"),
        ("<p>a<script>steal()</script><style>p{}</style>b<!-- c --></p>", "ab"),
        ("<p>Seen<img src='https://track.example/p.gif' width=1></p>", "Seen"),
        ("<a href='https://example.org'><img src='x.png'></a><a href='javascript:x()'>press</a>", "press"),
        ("<a href='https://example.org/?who={{email}}'>page</a>", "page"),
        ("&lt;script&gt;alert(1)&lt;/script&gt; 2 * 3 * 4 and snake_case_here",
         "\\<script\\>alert(1)\\</script\\> 2 \\* 3 \\* 4 and snake\\_case\\_here"),
        ("   ", ""),
    ],
)  # fmt: skip
def test_what_becomes_of_it(pasted: str, written: str) -> None:
    assert to_markdown(pasted) == written


def test_what_a_document_editor_copies() -> None:
    assert " ".join(to_markdown(GOOGLE).split()) == "Plain, **bold** *and stressed*"


PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<b>", "</b>", "<a href='https://example.org'>", "<a href='data:text/html,x'>", "</a>", "<br>",
        "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<script>", "</script>", "<style>", "<!--", "-->",
        "<li>", "<ul>", "<table><tr><td>", "<pre>", "&lt;b&gt;", "[", "](", "javascript:x)", "`", "*", "_", "# ", "\n",
        "    ", "\\", "<", ">", "&", "words ", "{{ name }}", "![x](y)",
    ]
)  # fmt: skip


@given(pasted=st.lists(PIECES, max_size=14).map("".join))
def test_whatever_is_pasted_can_be_saved_and_runs_nothing(pasted: str) -> None:
    written = to_markdown(pasted)
    assert list(markdown.problems(written, None)) == []


@pytest.mark.timeout(30)
@pytest.mark.parametrize("mark", ["<!--", "<![", "<", "{{", "&lt;&lt;", "<b>", "[]("])
def test_a_mark_without_an_end_by_the_hundred_thousand_holds_nobody_up(mark: str) -> None:
    assert "<b" not in to_markdown(mark * 100_000)
