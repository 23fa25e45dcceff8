"""Whatever is wrong with the input: one clear sentence, exit status 2, nothing written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsletter.rendering.theme import LIGHT

Outcome = Any
Run = Callable[..., Outcome]

PICTURE = "  - type: image\n    id: picture\n    image:\n      file: {}\n      alt: A dot.\n"
LINK = "  - type: feature\n    id: f\n    heading: H\n    text: T\n    link:\n      text: Read on\n      url: {}\n"
FOUR_SEGMENTS = "".join(f"  - {{type: text, id: s{n}, audience: a{n}, text: x}}\n" for n in range(4))
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder, with its content."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def swapped(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def added(more: str) -> Callable[[str], str]:
    return lambda text: text + more


def text(markdown: str) -> Callable[[str], str]:
    return swapped("text: Hello.", f"text: {markdown}")


def whole(content: str | bytes) -> Callable[[str], str | bytes]:
    return lambda _text: content


# name: (what is done to the good issue, its place in the sentence, words of it)
BAD_ISSUES: dict[str, tuple[Callable[[str], str | bytes], str, str]] = {
    "unknown section type": (swapped("letter", "carousel"), ":9: section 'welcome'", "choose one of letter,"),
    "missing alt text": (added(PICTURE.format("dot.png").replace("      alt: A dot.\n", "")), "image.alt", "add it"),
    "empty alt text": (added(PICTURE.format("dot.png").replace("A dot.", "''")), "image.alt", "is empty"),
    "a date that is not one": (swapped("2025-11-28", "2025-11-31"), ":7: section 'visit'", "year-month-day"),
    "a tab": (swapped("    title: Visit", "\ttitle: Visit"), ":6:", "there is a tab here"),
    "a bomb of aliases": (whole(BOMB), ":1:", "anchors and aliases"),
    "a bomb of brackets": (whole("x: " + "[" * 5_000), ":1:", "nested too deep"),
    "a bomb of five megabytes": (whole("x: " + "y" * 5_000_000), "issue.yaml:", "larger than 1 MB"),
    "a file in Latin-1": (lambda text: text.replace("Hello", "Caf\u00e9").encode("latin-1"), ":11:", "encoding UTF-8"),
    "an empty issue": (whole(""), ":1:", "begin with title:"),
    "an issue without sections": (lambda text: text[: text.index("sections")] + "sections: []\n", ":8:", "is empty"),
    "an issue nobody sees": (swapped("    text:", "    audience: scotland\n    text:"), "2025-11", "everybody sees"),
    "a key that stands twice": (added("title: Again\n"), ":13:", "'title' stands twice"),
    "an id that stands twice": (added("  - {type: text, id: visit, text: x}\n"), ":13: section 'visit'", "another"),
    "an unknown event": (added("  - {type: callout, id: c, heading: H, event: vist}\n"), "event:", "'visit'?"),
    "an unknown body": (added("  - {type: news, id: n, items: [{id: i, text: x, bodies: [cqq]}]}\n"), ":13:", "'cqc'?"),
    "an unknown field": (added("    nmae: Bob\n"), ":13: section 'welcome', field nmae", "did you mean 'name'?"),
    "a translation with an error": (
        added("    translations: {cy: {text: <b>Helo</b>}}\n"),
        ":13: section 'welcome', field translations.cy.text",
        "HTML",
    ),
    "nine versions by languages": (added("languages: [cy, de, fr, ga, gd, it, nl, pl]\n"), "issue.yaml", "9 versions"),
    "sixteen versions by segments": (added(FOUR_SEGMENTS), "issue.yaml", "16 versions"),
    "a script in Markdown": (text("<script>alert(1)</script>"), ":11: section 'welcome', field text", "HTML"),
    "a script link in Markdown": (text("'[x](javascript:alert(1))'"), "field text", "must begin with https://"),
    "the same in capitals": (text("'[x](JaVaScRiPt:alert(1))'"), "field text", "must begin with https://"),
    "the same as entities": (text("'[x](javascript&colon;alert(1))'"), "field text", "must begin with https://"),
    "the same as an autolink": (text("'<javascript:alert(1)>'"), "field text", "must begin with https://"),
    "a data link in Markdown": (text("'[x](data:text/html,x)'"), "field text", "must begin with https://"),
    "a broken picture": (added(PICTURE.format("broken.png")), "images/broken.png: ", "is no picture, or broken"),
    "a line break in a tag": (text('"<a\\nonclick=x>"'), "field text", "'<a onclick=x>'"),
} | {
    f"the link {url}": (added(LINK.format(url)), ":19: section 'f', field link.url", words)
    for url, words in [
        ("javascript:alert(1)", "must begin with"),
        ('"java\\tscript:alert(1)"', "must begin with"),
        ("JAVASCRIPT:alert(1)", "must begin with"),
        ("javascript&colon;alert(1)", "must begin with"),
        ("data:text/html;base64,eA==", "must begin with"),
        ("vbscript:x", "must begin with"),
        ("//evil.example", "must begin with"),
        ('"https://example.org\\nBcc: x"', "is not a link"),
        ("https://www.gov.uk@evil.example", "names a user"),
    ]
} | {
    f"the picture {name}": (added(PICTURE.format(name)), ":16: section 'picture', field image.file", words)
    for name, words in [
        ("../../../secret.png", "leads out"),
        ("/etc/secret.png", "leads out"),
        ("..\\secret.png", "leads out"),
        ("C:\\secret.png", "leads out"),
        ("linked.png", "leads out"),
        ("looped.png", "there is no picture"),
        ("absent.png", "there is no picture"),
        ("x" * 300 + ".png", "there is no picture"),
        ("drawing.svg", "no picture we can send"),
        ("large.png", "20 MB, more than 10"),
    ]
}  # fmt: skip


def add_bad_pictures(root: Path) -> None:
    images = root / "issues" / "2025-11" / "images"
    (root / "secret.png").write_bytes((images / "dot.png").read_bytes())
    (images / "linked.png").symlink_to(root / "secret.png")
    (images / "looped.png").symlink_to(images / "looped.png")
    (images / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with (images / "large.png").open("wb") as large:
        large.truncate(20_000_000)


def require_one_sentence(outcome: Outcome, *words: str) -> None:
    assert (outcome.status, outcome.out) == (2, "")
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.isprintable() or outcome.err[:-1].isprintable()
    for word in words:
        assert word in outcome.err


@pytest.mark.parametrize("name", BAD_ISSUES)
def test_a_bad_issue_gets_one_sentence_and_nothing_is_written(
    run: Run, root: Path, tmp_path: Path, issue_text: str, name: str
) -> None:
    change, place, words = BAD_ISSUES[name]
    content = change(issue_text)
    (root / "issues" / "2025-11" / "issue.yaml").write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    add_bad_pictures(root)
    before = tree(tmp_path)
    require_one_sentence(run("build", "2025-11", "--out", tmp_path / "out"), str(root / "issues" / "2025-11"), words)
    assert place in run("build", "2025-11", "--out", tmp_path / "out").err
    assert tree(tmp_path) == before


@pytest.mark.parametrize("command", ["check", "approve"])
def test_a_segment_that_is_not_written_down_is_told_before_anybody_approves(
    run: Run, spawn: Run, root: Path, issue_text: str, command: str
) -> None:
    section = "  - type: text\n    id: s\n    audience: wails\n    text: x\n"
    (root / "issues" / "2025-11" / "issue.yaml").write_text(issue_text + section)
    (root / "subscribers" / "segments.toml").write_text('[[segment]]\nid = "wales"\nname = "Readers in Wales"\n')
    ended = run("check", "2025-11") if command == "check" else spawn("-C", root, "approve", "2025-11", "--by", "Ann")
    require_one_sentence(ended, ":15: section 's', field audience", "there is no 'wails' in", "did you mean 'wales'?")


@pytest.mark.parametrize("command", [("check",), ("build", "--out", "out"), ("test", "--to", "a@example.org")])
def test_every_command_that_reads_an_issue_refuses_it_alike(
    run: Run, root: Path, tmp_path: Path, issue_text: str, command: tuple[str, ...]
) -> None:
    (root / "issues" / "2025-11" / "issue.yaml").write_text(issue_text.replace("letter", "leter"))
    before = tree(tmp_path)
    require_one_sentence(run(command[0], "2025-11", *command[1:]), "did you mean 'letter'?")
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "name", ["unknown section type", "a bomb of aliases", "a file in Latin-1", "the picture large.png"]
)
def test_the_program_as_people_start_it_does_the_same(
    spawn: Run, root: Path, tmp_path: Path, issue_text: str, name: str
) -> None:
    change, place, words = BAD_ISSUES[name]
    content = change(issue_text)
    (root / "issues" / "2025-11" / "issue.yaml").write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    add_bad_pictures(root)
    before = tree(tmp_path)
    require_one_sentence(spawn("-C", root, "build", "2025-11", "--out", tmp_path / "out"), place, words)
    assert tree(tmp_path) == before


def test_all_that_is_wrong_is_told_at_once_a_line_each(run: Run, root: Path, issue_text: str) -> None:
    bad = issue_text.replace("2025-11-07", "soon").replace("Hello.", "<b>x</b>").replace("Visit", "''")
    (root / "issues" / "2025-11" / "issue.yaml").write_text(bad)
    outcome = run("check", "2025-11")
    assert outcome.status == 2
    assert [line.split(": ")[0].rpartition(":")[2] for line in outcome.err.splitlines()] == ["3", "6", "11"]


SHEET = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{% if %}", "letter.mjml.j2:1: the template is broken: Expected an expression"),
        ("{{ nobody.knows }}", "letter.mjml.j2:1: the template can't be filled: 'nobody' is undefined"),
        ("{{ 1 / 0 }}", "letter.mjml.j2:1: the template can't be filled: division by zero"),
        (SHEET.replace("mj-text>", "mj-texxt>").replace("</mj-texxt>", "</mj-texxt>"), "section 'welcome'"),
    ],
)
def test_a_broken_template_gets_a_sentence_and_nothing_is_written(
    run: Run, root: Path, tmp_path: Path, content: str, words: str
) -> None:
    template = root / "templates" / "email" / "sections" / "letter.mjml.j2"
    template.parent.mkdir(parents=True)
    template.write_text(content)
    before = tree(tmp_path)
    outcome = run("build", "2025-11", "--out", tmp_path / "out")
    assert (outcome.status, outcome.out) == (2, "")
    assert words in outcome.err
    assert "Traceback" not in outcome.err
    assert tree(tmp_path) == before


# (lines of newsletter.toml, words of the sentence)
PALETTE = "[theme.light]\n" + "".join(
    f'{name} = "{colour}"\n'
    for name, colour in {**LIGHT.model_dump(), "ink": "#cccccc"}.items()
)  # fmt: skip
BAD_SETTINGS = [
    (PALETTE, "field theme.light: ink #cccccc on page #eef2f3 has a contrast of"),
    (PALETTE.replace("#cccccc", "#123"), "field theme.light.ink: write a colour as # and six digits"),
    ('[newsletter]\nfrom_address = "a@example.org\\nBcc: b@example.org"', "field newsletter.from_address"),
    ('[newsletter]\nfrom_name = "A\\nB"', "field newsletter.from_name: it must be one line"),
    ('[newsletter]\nreply_to = "nobody"', "'nobody' is not an e-mail address"),
    ('[newsletter]\nbase_url = "javascript:x"', "field newsletter.base_url: a link must begin with"),
    ('[newsletter]\nbase_url = "https://example.org/?a=b"', "has something after ? or #; write it up to there"),
    ('[newsletter]\nbase_url = "https://example.org/#top"', "has something after ? or #"),
    ('[newsletter]\nbase_url = "https://example.org?"', "has something after ? or #"),
    ('[newsletter]\ntimezone = "Mars/Phobos"', "no time zone; write one such as Europe/London"),
    ('[newsletter]\nlanguage = "Welsh please"', "BCP 47"),
    ('[newsletter]\nnmae = "x"', "did you mean 'name'?"),
    ('[theme]\nfont = "Gill Sans\\"; color: red"', "names of fonts with commas"),
    ("[theme]\nwidth = 10000", "'width' is too large; write at most 720"),
    ('[theme]\nwidth = "wide"', "'width' must be a whole number"),
    ('[theme]\nlogo = "logo.png"', "logo has no logo_alt"),
    ("[sending]\nconnections = 0", "'connections' is too small; write at least 1"),
    ("[approval]\npeople = 3", "choose one of 1, 2"),
    ("[nonsense]\nx = 1", "no field 'nonsense'"),
    ("[newsletter", "not valid TOML"),
    ("\udcff", "not in UTF-8"),
]


@pytest.mark.parametrize(("settings", "words"), BAD_SETTINGS, ids=[words for _, words in BAD_SETTINGS])
def test_a_bad_setting_gets_one_sentence(run: Run, root: Path, tmp_path: Path, settings: str, words: str) -> None:
    (root / "newsletter.toml").write_bytes(settings.encode("utf-8", "surrogateescape"))
    before = tree(tmp_path)
    for command in (["check", "2025-11"], ["new", "2025-12"], ["test", "2025-11", "--to", "a@example.org"]):
        require_one_sentence(run(*command), "newsletter.toml: ", words)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "environment",
    [
        {"NEWSLETTER__SENDING": "x", "NEWSLETTER__SENDING__TRANSPORT": "outbox:"},
        {"NEWSLETTER__NEWSLETTER__FROM_ADDRESS": "a@example.org\nBcc: b@example.org"},
        {"NEWSLETTER__NONSENSE": "1"},
        {"NEWSLETTER__THEME__WIDTH": "[1"},
    ],
)
def test_a_bad_setting_in_the_environment_gets_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    require_one_sentence(run("check", "2025-11"))


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org\nBcc: b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "Ann\n <a@example.org>",
        "a@example.org\x00",
        "a@example.org, b@example.org",
        "a@",
        "",
    ],
    ids=ascii,
)
def test_a_test_copy_to_a_bad_address_is_refused_before_anything_is_made(
    run: Run, tmp_path: Path, address: str
) -> None:
    before = tree(tmp_path)
    outcome = run("test", "2025-11", "--to", address)
    require_one_sentence(outcome)
    assert "example.org" not in outcome.err.replace("name@example.org", "")
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", ["nope", "../workspace", "", ".", "..", "x" * 300, "/etc", "2025-11/images"])
def test_a_name_that_is_no_issue_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    before = tree(tmp_path)
    for command in (["check", name], ["build", name, "--out", tmp_path / "out"]):
        require_one_sentence(run(*command))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", ["2025-13", "2025-1", "0000-05", "9999-12", "next", "../2025-12", "2025-11", ""])
def test_a_month_that_is_none_or_here_already_is_no_new_issue(run: Run, tmp_path: Path, name: str) -> None:
    before = tree(tmp_path)
    require_one_sentence(run("new", name))
    assert tree(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_named(run: Run, root: Path, tmp_path: Path) -> None:
    before = tree(tmp_path)
    require_one_sentence(run("build", "2025-11", "--out", root / "newsletter.toml"), "name another with --out")
    require_one_sentence(run("init", root), "name a new or empty folder")
    require_one_sentence(run("init", root / "newsletter.toml"), "name a new or empty folder")
    require_one_sentence(run("init", root / "newsletter.toml" / "below"), "name another")
    assert tree(tmp_path) == before


def test_a_folder_that_is_no_workspace_says_how_to_make_one(spawn: Run, tmp_path: Path) -> None:
    require_one_sentence(spawn("-C", tmp_path, "check", "2025-11"), "newsletter init")


def test_a_broken_register_of_bodies_is_named(run: Run, root: Path) -> None:
    (root / "subscribers" / "bodies.toml").write_text("[[body]\n")
    require_one_sentence(run("check", "2025-11"), "bodies.toml: this is not valid TOML")
    (root / "subscribers" / "bodies.toml").write_text('[[body]]\nid = "x"\nname = "X"\nnation = "mars"\n')
    require_one_sentence(run("check", "2025-11"), "bodies.toml: field body.0.nation", "choose one of england")
