"""What is wrong with an issue is told with file, line, section, field and remedy, all of it at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.content.issue import load_issue
from newsletter.content.yaml_file import read_yaml
from newsletter.errors import InputError, Problem

Write = Callable[..., Path]


def problems(path: Path) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load_issue(path)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    return list(caught.value.problems)


# (what is replaced, by what, line, section, field, words of the sentence)
PLACED = [
    ("date: 2025-11-07", "date: next Friday", 4, "", "date", "write year-month-day"),
    ("date: 2025-11-28", "date: 2025-11-31", 9, "visit", "date", "'2025-11-31' is not a date"),
    ("date: 2025-11-28", "date: 0205-11-28", 9, "visit", "date", "the year 205 is a slip"),
    ("starts: 10:00", "starts: 25:00", 10, "visit", "starts", "write hours and minutes"),
    ("starts: 10:00", "ends: 10:00", 7, "visit", "", "add starts"),
    ("    starts: 10:00\n", "    url: https://\n", 10, "visit", "url", "names no website"),
    ("type: letter", "type: leter", 14, "welcome", "", "did you mean 'letter'?"),
    ("type: letter", "typ: letter", 14, "welcome", "", "say what kind of section"),
    ("name: 'Ada", "sgin_off: Bye\n    name: 'Ada", 20, "welcome", "sgin_off", "did you mean 'sign_off'?"),
    ("    name: 'Ada \"A.\" Invented'\n", "", 14, "welcome", "name", "is missing; add it"),
    ("id: welcome", "id: Our Welcome", 15, "Our Welcome", "id", "small letters"),
    ("id: welcome", "id: visit", 15, "visit", "id", "stands twice"),
    ("<event:visit>", "<event:vist>", 16, "welcome", "text", "no event 'vist'"),
    ("<event:visit>", "<date:2025-11-31>", 16, "welcome", "text", "write <date:2025-11-28>"),
    ("<event:visit>", "[there](#nowhere)", 16, "welcome", "text", "names the id of a section"),
    ("      alt: A dot.\n", "", 24, "picture", "image.alt", "is missing; add it"),
    ("alt: A dot.", "alt: ''", 26, "picture", "image.alt", "is empty"),
    ("      alt: A dot.", "      alt: |\n        A\n        dot", 26, "picture", "image.alt", "must be one line"),
    ("file: dot.png", "file: dto.png", 25, "picture", "image.file", "put the file there or mend its name"),
    ("title: Bulletin", "title: true", 2, "", "title", "put it in quotes"),
    ("title: Bulletin", "title: Bulletin\n5: x", 3, "", "5", "no name of a field"),
    ("preheader: What is in it.", "preheader: ''", 3, "", "preheader", "is empty"),
]


@pytest.mark.parametrize(("old", "new", "line", "section", "field", "words"), PLACED)
def test_a_problem_names_its_place_and_its_remedy(
    write_issue: Write, issue_text: str, old: str, new: str, line: int, section: str, field: str, words: str
) -> None:
    (problem,) = problems(write_issue(issue_text.replace(old, new, 1)))
    assert (problem.line, problem.section, problem.field) == (line, section, field)
    assert words in problem.message


def test_every_problem_of_a_file_is_told_at_once_in_the_order_of_its_lines(write_issue: Write, issue_text: str) -> None:
    text = issue_text.replace("date: 2025-11-07", "date: soon").replace("<event:visit>", "<b>soon</b> [x](data:x)")
    text = text.replace("dot.png", "../dot.png").replace("id: picture", "id: welcome") + "waivers: [{rule: x}]\n"
    found = problems(write_issue(text))
    assert [(problem.line, problem.field) for problem in found] == [
        (4, "date"),
        (16, "text"),
        (23, "id"),
        (25, "image.file"),
        (27, "waivers.0.by"),
        (27, "waivers.0.reason"),
    ]
    assert "<b>" in found[1].message
    assert "data:x" in found[1].message


def test_a_list_entry_is_counted_and_its_section_named(write_issue: Write, issue_text: str) -> None:
    news = "  - type: news\n    id: news\n    items:\n      - id: one\n        text: Hi\n        bodies: [cqcc]\n"
    (problem,) = problems(write_issue(issue_text + news))
    assert (problem.line, problem.section, problem.field) == (32, "news", "items.0.bodies.0")
    assert "did you mean 'cqc'?" in problem.message


def test_a_section_whose_field_is_called_like_its_type_keeps_its_place(write_issue: Write, issue_text: str) -> None:
    (problem,) = problems(write_issue(issue_text + "  - type: text\n    id: words\n    text: <i>x</i>\n"))
    assert (problem.line, problem.section, problem.field) == (29, "words", "text")


def test_what_was_written_wrong_is_quoted_on_one_line_and_cannot_act_in_a_terminal() -> None:
    problem = Problem(message="'a\n\x1b[31mred\u202e' is wrong", file="issue.yaml", line=3, section="x\ny")
    assert str(problem) == "issue.yaml:3: section 'x y': 'a [31mred ' is wrong"


# (text of the file, line, words of the sentence)
BROKEN = [
    ("title: a\n\tb: c\n", 2, "there is a tab here"),
    ("title: Conference: book now\n", 1, "put the whole value in quotes"),
    ("title: 'never closed\n", 1, "a quotation mark opens here"),
    ("title: a\ntitle: b\n", 2, "'title' stands twice"),
    ("a: &x [1]\nb: *x\n", 1, "anchors and aliases"),
    ("title: !!python/object:os.system x\n", 1, "tags (!) are not used"),
    ("title: !!binary aGVsbG8=\n", 1, "tags (!) are not used"),
    ("[" * 10_000, 1, "nested too deep"),
    ("".join(" " * depth + "- \n" for depth in range(200)), 13, "nested too deep"),
    ("".join(f"k{number}: 1\n" for number in range(12_000)), 10_000, "too long to be an issue"),
    ("title: " + "x" * 5_000_000, None, "larger than 1 MB"),
    ("title: " + "9" * 6_000, None, "put it in quotes"),
    ("title: Caf\u00e9\n".encode("latin-1"), 1, "save it again with the encoding UTF-8"),
    ("title: Bulletin\n".encode("utf-16"), 1, "not in UTF-8"),
    (b"title: a\nb: \0\n", 2, "special characters are not allowed"),
    ("---\ntitle: a\n---\ntitle: b\n", 3, "begins a second file"),
    ("", 1, "begin with title:"),
    ("# a comment alone\n", 1, "begin with title:"),
    ("- a\n- b\n", 1, "begin with title:"),
]


@pytest.mark.parametrize(("text", "line", "words"), BROKEN, ids=[words for _, _, words in BROKEN])
def test_broken_or_hostile_yaml_gets_one_sentence(
    write_issue: Write, text: str | bytes, line: int | None, words: str
) -> None:
    (problem,) = problems(write_issue(text))
    assert problem.line == line
    assert words in problem.message
    assert len(str(problem).splitlines()) == 1


def test_a_byte_order_mark_is_no_letter(write_issue: Write, issue_text: str) -> None:
    assert load_issue(write_issue(b"\xef\xbb\xbf" + issue_text.encode())).title == "Bulletin"


def test_a_file_that_is_not_there_or_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no issue here"):
        load_issue(tmp_path)
    with pytest.raises(InputError, match="can't be read"):
        read_yaml(tmp_path / "absent.yaml")


# (what is replaced, by what, the line told, words of the advice): what people type who never heard of YAML
TYPED = [
    ("  - type: letter", "  \u2013 type: letter", 14, "this is another dash; type - and a space"),
    ("  - id: visit", "  \u2014 id: visit", 7, "this is another dash"),
    ("  - type: letter", "  -type: letter", 14, "put a space after the -"),
    ("    id: welcome", "\u00a0\u00a0\u00a0\u00a0id: welcome", 15, "as web pages and Word have them"),
    ("    title: Visit", "  \u00a0 title: Visit", 8, "as web pages and Word have them"),
    ("title: Bulletin", "title:\u00a0Bulletin", 2, "as web pages and Word have them"),
    ("  - type: letter", "  -\u00a0type: letter", 14, "as web pages and Word have them"),
    ("title: Bulletin", 'title: "Bulletin', 2, "a quotation mark opens here"),
    ("title: Visit", "title: 'Visit", 8, "a quotation mark opens here"),
    ("name: 'Ada", 'text: "Hello\n    sign_off: "Bye"\n    name: \'Ada', 20, "a quotation mark opens here"),
    ("title: Visit", 'title: "Visit" the wing', 8, "put the whole value in quotes"),
    ("title: Visit", "title: Visit: the wing", 8, "a colon followed by a space splits this line"),
    ("title: Bulletin", "title\uff1a Bulletin", 2, "not an ordinary colon"),
    ("title: Visit", "title: @home", 8, "can't begin with this character"),
    ("title: Visit", "title: [Visit](https://example.org) us", 8, "begins with [ or {"),
    ("title: Visit", "title: | Visit", 8, "begins on the next line"),
    ("title: Visit", "title: - Visit", 8, "can't begin with - or ?"),
    ("title: Visit", 'title: "C:\\Visit"', 8, "use single quotes"),
    ("    title: Visit", "    title Visit", 8, "without a colon and a space"),
    ("    title: Visit", "   title: Visit", 8, "not indented like its neighbours"),
    ("    title: Visit", "      title: Visit", 8, "not indented like its neighbours"),
    ("  - type: image", "---\n  - type: image", 22, "begins a second file"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), TYPED)
def test_broken_yaml_gets_the_advice_that_mends_it(
    write_issue: Write, issue_text: str, old: str, new: str, line: int, words: str
) -> None:
    (problem,) = problems(write_issue(issue_text.replace(old, new, 1)))
    assert (problem.line, words in problem.message) == (line, True), problem.message
