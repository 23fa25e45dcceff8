"""Any text put into any field comes out of mail, plain text and web edition unchanged, and never as markup."""

import json
import re
from pathlib import Path

import lxml.html
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from whole_issue import picture_folder, whole_issue

from newsletter.content.sections import SECTION_TYPES
from newsletter.rendering import Rendered, render

NASTY = [
    "👩🏽‍🚒 family 👨‍👩‍👧‍👦 flag 🏴󠁧󠁢󠁷󠁬󠁳󠁿 heart ❤️",
    "مرحبا بالعالم שלום \u200f\u202babc\u202c",
    "10\u00a0000 soft\u00adhyphen narrow\u202fspace zero\u200bwidth \u2028".rstrip("\u2028"),
    "{{ title }} {% raw %} {# no #} ${x} #{y} *|X|* %%email%% [[z]] <%= a %>",
    "<b>bold</b> <script>alert(1)</script> </div></td> <!-- c --> <![endif]--> ]]>",
    "&amp; &lt; &#x41; &nbsp; & AT&T &copy",
    "\"double\" 'single' `tick` “curly” «guille»",
    "back\\slash \\n \\u{a0} \\\\ \\",
    "</mj-text><mj-raw> <mj-title/> </title> </style>",
    "* star _under_ ~~struck~~ # hash > quote - dash 1. one | pipe",
    "[words](https://example.org) <https://example.org> ![x](y) javascript:alert(1)",
    "naïve Ŵyn ẃ ŷ Å é ͤ ZA̡͊͠͝LGO हिन्दी ไทย",
    "tab\there  and   blanks",
    "=?utf-8?Q?=0d=0aBcc:?= a@example.org",
]
# What fields refuse: controls (Cc), halves of pairs (Cs), line separators, two noncharacters.
_LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufffe\uffff")
_PIECES = st.sampled_from([piece for text in NASTY for piece in text.split(" ") if piece] + ["\t", "  "])
TEXTS = st.lists(st.one_of(_PIECES, st.text(_LETTERS, max_size=8)), min_size=1, max_size=6).map(" ".join)


def squash(text: str) -> str:
    """Runs of ASCII white space as one blank: HTML and wrapping may change no more than that."""
    return re.sub(r"[ \t\n\r\f]+", " ", text).strip(" ")


def escaped(text: str) -> str:
    """A text as Markdown that means it literally."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


class Seen:
    """What a reader of each form gets, and the shape of the HTML."""

    def __init__(self, rendered: Rendered) -> None:
        mail, web = lxml.html.document_fromstring(rendered.html), lxml.html.document_fromstring(rendered.web_html)
        fragment = lxml.html.fragment_fromstring(rendered.web_fragment, create_parent="div")
        self.words = {"mail": _words(mail), "web": _words(web), "fragment": _words(fragment)}
        self.words["text"] = squash(rendered.text) + "\n" + squash(re.sub(r"(?m)^[> ]+", "", rendered.text))
        self.shape = [
            (element.tag, sorted(element.attrib)) for page in (mail, web, fragment) for element in page.iter()
        ]
        self.events = [json.loads(script.text) for script in web.iter("script")]
        self.subject = rendered.subject


def _words(page: lxml.html.HtmlElement) -> str:
    """All that is read or read out: text, alternative texts, the description of the page."""
    read = page.xpath(".//text()[not(ancestor::style or ancestor::script)] | .//@alt | .//@content")
    return "\n".join(
        [squash("".join(page.xpath(".//text()[not(ancestor::style or ancestor::script)]"))), *map(squash, read)]
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture_folder(tmp_path_factory.mktemp("issue") / "2025-11")


@pytest.fixture(scope="module")
def marked(folder: Path) -> tuple[dict[str, str], Seen]:
    """Every field with a word of its own, and what became of it."""
    marks: dict[str, str] = {}

    def mark(field: str) -> str:
        return marks.setdefault(field, f"word{len(marks):03}")

    return marks, Seen(render(whole_issue(folder, mark, mark)))


def test_every_section_type_is_in_the_issue(folder: Path) -> None:
    issue = whole_issue(folder, str, str)
    assert {section.type for section in issue.sections} == set(SECTION_TYPES)  # type: ignore[attr-defined]


def test_the_words_of_every_field_reach_mail_text_and_web(marked: tuple[dict[str, str], Seen]) -> None:
    marks, seen = marked
    left_out = {
        (form, field) for form, words in seen.words.items() for field, mark in marks.items() if mark not in words
    }
    # The subject is in the header; the preheader is the mail's and the web page's description.
    assert left_out == {
        *((form, "subject") for form in ("web", "fragment", "text")),
        *((form, "preheader") for form in ("fragment", "text")),
    }
    assert seen.subject == marks["subject"]


@given(st.lists(TEXTS.filter(lambda text: text.strip(" \t")), min_size=1, max_size=12))
@example(NASTY)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_text_in_any_field_comes_out_unchanged_and_never_as_markup(
    folder: Path, marked: tuple[dict[str, str], Seen], texts: list[str]
) -> None:
    marks, plain = marked
    said = {field: texts[number % len(texts)] for number, field in enumerate(marks)}
    seen = Seen(render(whole_issue(folder, said.__getitem__, lambda field: escaped(said[field]))))
    for form, words in seen.words.items():
        for field, mark in marks.items():
            if mark in plain.words[form]:
                assert squash(said[field]) in words, (form, field)
    assert seen.shape == plain.shape
    assert seen.subject == said["subject"].strip(" \t")
    assert [event["name"] for event in seen.events] == [said["event.title"].strip(" \t")]
