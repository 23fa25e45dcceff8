"""The text part: Markdown by way of its tokens, wrapped so that links and names stay whole."""

import pytest

from newsletter.rendering.plaintext import WIDTH, squeeze, to_text, underlined, wrap

URL = "https://example.org/" + "a-long-path/" * 12


def resolve(target: str) -> tuple[str, str]:
    return {"event:visit": "Friday 28 November 2025, 10am", "date:2025-12-01": "Monday 1 December 2025"}[target], ""


def text(markdown: str, indent: str = "") -> str:
    return to_text(markdown, resolve, indent)


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("One\ntwo", "One two"),
        ("One  \ntwo", "One\ntwo"),
        ("One\n\ntwo", "One\n\ntwo"),
        ("**strong** *stressed* ~~struck~~ `code`", "strong stressed struck code"),
        ("A \\*star\\* &amp; an &lt;angle&gt;", "A *star* & an <angle>"),
        ("- one\n- two", "* one\n* two"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- one\n  - inner\n- two", "* one\n  * inner\n* two"),
        ("1. one\n\n   more\n2. two", "1. one\n   more\n2. two"),
        ("> said\n>\n> twice", "> said\n\n> twice"),
        ("> - in a list", "> * in a list"),
        ("- > quoted", "* > quoted"),
        ("# Heading", "Heading\n-------"),
        ("- # Heading\n- two", "* Heading\n  -------\n* two"),
        ("> # Heading", "> Heading\n> -------"),
        ("one\n\n---\n\ntwo", "one\n\n* * *\n\ntwo"),
        ("    code  as  it  stands", "    code  as  it  stands"),
        ("```\na\n  b\n```", "    a\n      b"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b\n1 | 2"),
        ("[our page](https://example.org)", "our page <https://example.org>"),
        ("<https://example.org>", "https://example.org"),
        ("<a@example.org>", "a@example.org"),
        ("[a@example.org](mailto:a@example.org)", "a@example.org"),
        ("[above](#welcome)", "above"),
        ("Come on <event:visit>.", "Come on Friday 28 November 2025, 10am."),
        ("[that day](date:2025-12-01)", "that day"),
    ],
)
def test_markdown_reads_well_as_text(markdown: str, plain: str) -> None:
    assert text(markdown) == plain


def test_lines_are_filled_to_72_columns_and_continue_beneath_their_first_word() -> None:
    lines = text("- " + "word " * 40).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[0].startswith("* word")
    assert all(line.startswith("  word") for line in lines[1:])
    assert sum(line.count("word") for line in lines) == 40


def test_a_link_is_never_broken() -> None:
    assert f"<{URL}>" in text(f"Before it stand some words, and then [comes the link]({URL}) and after it more.")


def test_only_plain_blanks_are_broken_at() -> None:
    assert len(wrap("10\u00a0000 " * 20).split("\n")) > 1
    assert wrap("a\u00a0b" * 60).count("\n") == 0
    assert wrap("well-known-" * 12).count("\n") == 0


def test_a_quotation_is_marked_on_each_line() -> None:
    lines = text("word " * 40, indent="> ").splitlines()
    assert len(lines) > 2
    assert all(line.startswith("> word") for line in lines)


def test_a_heading_is_underlined_as_long_as_its_longest_line() -> None:
    assert underlined("Short", "=") == "Short\n====="
    long = underlined("word " * 30).splitlines()
    assert len(long[-1]) == max(map(len, long[:-1])) <= WIDTH


def test_empty_lines_are_squeezed_and_blanks_at_line_ends_go() -> None:
    assert squeeze("\n\n a \t\n\n\n\n b\u00a0\n\n") == " a\n\n b\u00a0\n"
