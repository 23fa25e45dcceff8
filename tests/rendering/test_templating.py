"""Templates: the workspace's win file by file, and a broken one is told with its file and line."""

import signal
from pathlib import Path

import pytest
from whole_issue import issue_from, letter

from newsletter.errors import InputError
from newsletter.rendering import Rendered, Theme, render

LETTER = "templates/email/sections/letter.mjml.j2"
SHEET = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


def rendered_with(root: Path, **templates: str | bytes) -> Rendered:
    for name, content in {LETTER: SHEET.format("Ours"), **templates}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return render(issue_from(None, sections=[letter()]), Theme(root=root))


def test_a_template_of_the_workspace_wins_and_the_others_stay(tmp_path: Path) -> None:
    made = rendered_with(tmp_path)
    assert "Ours" in made.html
    assert "Ada Invented" not in made.html
    assert "Ada Invented" in made.text
    assert "Ada Invented" in made.web_html


def test_a_template_that_is_changed_is_read_again(tmp_path: Path) -> None:
    rendered_with(tmp_path)
    assert "Anew" in rendered_with(tmp_path, **{LETTER: SHEET.format("Anew") + " "}).html


def test_text_templates_do_not_escape_and_the_others_do(tmp_path: Path) -> None:
    made = rendered_with(
        tmp_path,
        **{LETTER: SHEET.format("{{ '<b>' }}"), "templates/email/sections/letter.txt.j2": "{{ '<b>' }}"},
    )
    assert "&lt;b&gt;" in made.html
    assert "<b>" in made.text


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("\n{% if %}", 2, "the template is broken: Expected an expression"),
        ("{% for x in y %}", 1, "the template is broken"),
        ("{{ nobody.knows }}", 1, "'nobody' is undefined"),
        ("\n\n{{ section.nmae }}", 3, "has no attribute 'nmae'"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ("{{ theme.width + 'px' }}", 1, "can't be filled: unsupported operand"),
        ("{{ view.event('nobody', section) }}", 1, "can't be filled: 'nobody'"),
        ("{% include 'email/sections/letter.mjml.j2' %}", 1, "recursion"),
        ("{% include 'nowhere.j2' %}", None, "'nowhere.j2' is missing"),
        (b"\xe9", None, "can't decode"),
    ],
    ids=["syntax", "unclosed", "undefined", "attribute", "sum", "type", "lookup", "itself", "missing", "latin-1"],
)
def test_a_broken_template_is_told_with_its_file_and_line(
    tmp_path: Path, content: str | bytes, line: int | None, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        rendered_with(tmp_path, **{LETTER: content})
    (problem,) = caught.value.problems
    assert words in problem.message
    if line:
        assert (problem.file, problem.line) == (str(tmp_path / LETTER), line)


def test_mjml_that_a_mail_program_would_misread_names_template_and_section(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        rendered_with(tmp_path, **{LETTER: SHEET.format("x").replace("mj-column>", "mj-colunm>")})
    problem = caught.value.problems[0]
    assert (problem.file, problem.section) == ("email/sections/letter.mjml.j2", "welcome")


def test_a_broken_style_sheet_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"inline\.css"):
        rendered_with(tmp_path, **{"templates/email/inline.css.j2": "p { color"})


def test_a_loop_that_never_ends_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.rendering.templating.LONGEST", 0.3)
    endless = "{% set all = [1] %}\n{% for one in all %}\n{% do all.append(one) %}\n{% endfor %}"
    with pytest.raises(InputError, match=r"letter\.mjml\.j2:[23]: .* look for a loop here that never ends"):
        rendered_with(tmp_path, **{LETTER: endless})
    assert signal.getitimer(signal.ITIMER_REAL)[0] > 1  # that of the tests themselves goes on
