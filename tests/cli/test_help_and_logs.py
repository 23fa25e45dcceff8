"""Help without waiting, documents that match it, logs that hold nobody's name, and completion."""

import importlib.util
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from newsletter import __version__
from newsletter.bundle import bundle_root
from newsletter.cli import newsletter

Run = Callable[..., Any]
FRAMEWORKS = "django jinja2 pydantic premailer lxml mjml requests rich PIL ruamel markdown_it aiosmtpd cryptography"
HELP_OF_ALL = """
import contextlib, io, sys
from newsletter.cli import main, newsletter
shown = io.StringIO()
for command in ([], *([name] for name in newsletter.list_commands(None))):
    for flag in ("--help", "--version") if not command else ("--help",):
        with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
            main([*command, flag])
print(len(shown.getvalue()))
print(*sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[1].split())))
"""


def commands(group: click.Group = newsletter, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every command, groups among them."""
    found = []
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        found.append((*path, name))
        found += commands(command, (*path, name)) if isinstance(command, click.Group) else []
    return found


def write_docs() -> Any:
    """The script that writes the generated pages."""
    spec = importlib.util.spec_from_file_location("write_docs", bundle_root() / "scripts" / "write_docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_help_and_version_load_no_framework() -> None:
    command = [sys.executable, "-c", HELP_OF_ALL, FRAMEWORKS]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=bundle_root())
    length, loaded = ended.stdout.split("\n")[:2]
    assert int(length) > 5_000
    assert loaded == ""


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_with_a_sentence_and_words_for_each_option(run: Run, words: tuple[str, ...]) -> None:
    outcome = run(*words, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    command: Any = newsletter
    for word in words:
        command = command.get_command(click.Context(command), word)
    assert command.help.strip().endswith((".", "on."))
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert all(option.help and option.help.endswith(".") for option in options)


def test_every_command_is_in_the_list_of_commands(run: Run) -> None:
    listed = run("--help").out
    for words in commands():
        if len(words) == 1:
            assert f"  {words[0]} " in listed


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out == f"newsletter, version {__version__}\n"


@pytest.mark.parametrize("name", ["issue-format.md", "commands.md", "settings.md"])
def test_a_generated_page_is_up_to_date(name: str) -> None:
    page = write_docs().pages()[name]
    assert (bundle_root() / "docs" / name).read_text(encoding="utf-8") == page, "run python scripts/write_docs.py"


def test_every_command_and_every_setting_has_its_place_in_the_documents() -> None:
    pages = write_docs().pages()
    for words in commands():
        assert f"## newsletter {' '.join(words)}\n" in pages["commands.md"]
    for name in ("NEWSLETTER__SENDING__TRANSPORT", "NEWSLETTER__DATABASE__URL", "NEWSLETTER__THEME__LOGO"):
        assert name in pages["settings.md"]


def test_the_script_tells_pages_that_are_out_of_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = write_docs()
    monkeypatch.setattr(script, "DOCS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["write_docs.py", "--check"])
    with pytest.raises(SystemExit, match=r"Out of date: checks\.md, commands\.md, issue-format\.md, settings\.md"):
        script.main()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(sys, "argv", ["write_docs.py"])
    script.main()
    assert len(list(tmp_path.iterdir())) == 4


# --- logs ----------------------------------------------------------------------------------------------------------


def logged(capsys: pytest.CaptureFixture[str]) -> str:
    """What is logged at each level, with an exception that holds an address."""
    logger = logging.getLogger("newsletter.tests")
    logger.debug("a step")
    logger.info("a %s", "fact")
    logger.warning("a fault", exc_info=RuntimeError("ada@example.org"))
    logging.getLogger("smtplib").warning("to: ada@example.org")
    return capsys.readouterr().err


@pytest.mark.parametrize(("flags", "levels"), [([], "W"), (["-v"], "IW"), (["-vv"], "DIW")])
def test_more_v_says_more_and_no_exception_its_text(
    run: Run, capsys: pytest.CaptureFixture[str], flags: list[str], levels: str
) -> None:
    run(*flags, "schema")
    lines = logged(capsys)
    assert [line[0] for line in lines.splitlines() if ": a " in line] == list(levels)
    assert "RuntimeError" in lines
    assert "ada@" not in lines


def test_logs_are_json_where_asked_for(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("-vv", "--log-json", "schema")
    entries = [json.loads(line) for line in logged(capsys).splitlines()]
    assert [(entry["level"], entry["message"], entry.get("error")) for entry in entries] == [
        ("debug", "a step", None),
        ("info", "a fact", None),
        ("warning", "a fault", "RuntimeError"),
    ]
    assert {entry["logger"] for entry in entries} == {"newsletter.tests"}
    assert all(entry["time"].endswith("+00:00") for entry in entries)


# --- completion ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_completion_script_for(run: Run, shell: str) -> None:
    outcome = run("completion", shell)
    assert outcome.status == 0
    assert f"_NEWSLETTER_COMPLETE={shell}_complete" in outcome.out


def test_the_shell_completes_commands_and_options(spawn: Run) -> None:
    def complete(words: str) -> list[str]:
        position = str(len(words.split(" ")) - 1)
        environment = {"_NEWSLETTER_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": position}
        return [line.partition(",")[2] for line in spawn(**environment).out.splitlines()]

    assert complete("newsletter sub") == ["subscribers"]
    assert complete("newsletter build --o") == ["--out"]
