"""Writes the pages that are made from the code: docs/checks.md, commands.md, issue-format.md and settings.md.

`python scripts/write_docs.py` renews them; with --check it writes nothing and fails where one is out of date.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from newsletter.checks import RULES, Rule
from newsletter.checks.client_support import table_date
from newsletter.checks.facts import LEARNT_BY
from newsletter.checks.registry import FAMILIES
from newsletter.cli import newsletter
from newsletter.content.schema import format_page
from newsletter.rendering.theme import DARK, LIGHT, Palette
from newsletter.workspace import CONFIG_NAME, PREFIX, Config

DOCS = Path(__file__).resolve().parent.parent / "docs"
_MADE = "This page is made from the code; `python scripts/write_docs.py` renews it."
_ABOUT_CHECKS = (
    f"{len(RULES)} rules look at an issue: at its words and fields, at the mail as HTML, text and bytes, in a",
    "browser, and at the list it would go to. What *blocks* stands in the way of approval, what *warns* wants a",
    "look, *notes* are folded away. `newsletter check` shows a dozen findings, like with like; `--all` shows",
    "every one, `--json` is for programs. Rules that need facts which cost time are only run where an option asks",
    "for them; otherwise they are told as not run, never as passed.",
    "",
    "Settings in `newsletter.toml`: `[checks.rules]` makes a rule `blocks`, `warns`, `notes` or `off`;",
    "`words.txt` and `[checks] words` hold names and initials that are right here. A waiver in an issue accepts",
    "what a rule says there:",
    "",
    "```yaml",
    "waivers:",
    "  - {rule: link-texts, by: Ana Invented, reason: The text is about links named here.}",
    "```",
    "",
    "What mail programs show is known from [caniemail.com](https://www.caniemail.com) (data by Rémi Parmentier,",
    f"MIT licence, as of {table_date()}; `python scripts/refresh_caniemail.py` renews them). Spelling asks",
    "Hunspell's dictionaries: install the extra `open-bulletin[spelling]` and, on Debian, `hunspell-en-gb`; a",
    "dictionary for Welsh or any other language is used where one lies beside it, or in the folder that `[checks]",
    "dictionaries` names.",
    "",
    "[How these checks compare](checks-compared.md) with those of other programs is a page of its own.",
)
_INTRODUCTION = (
    f"They stand in `{CONFIG_NAME}`. Each can also be set by environment, which wins: the names are below. There, a",
    "number or a list is written as in TOML, anything else without quotes. Passwords belong in the environment or in a",
    "file of their own.",
)


def pages() -> dict[str, str]:
    """Name and text of every page."""
    return {
        "checks.md": checks_page(),
        "commands.md": commands_page(),
        "issue-format.md": format_page(),
        "settings.md": settings_page(),
    }


def checks_page() -> str:
    """Every rule: what it finds, how grave that is, why, and how to mend it."""
    lines = ["# Checks", "", _MADE, "", *_ABOUT_CHECKS]
    for family, rules in FAMILIES.items():
        lines += ["", f"## {family.capitalize()}", ""]
        for rule in rules:
            lines += [f"**{rule.title}** · `{rule.id}` · {rule.severity} · {rule.looks_at}{_asked_by(rule)}", ""]
            lines += [f"{(sys.modules[rule.look.__module__].__doc__ or '').splitlines()[0]}", ""]
            lines += [f"*Why:* {rule.why} *Mend:* {rule.remedy}".replace("<", "&lt;"), ""]
    return "\n".join(lines).rstrip() + "\n"


def _asked_by(rule: Rule) -> str:
    option = next((LEARNT_BY[need] for need in rule.needs if LEARNT_BY.get(need, "").startswith("--")), "")
    return f" · `{option.split()[0]}`" if option else ""


def commands_page() -> str:
    """Every command as its own --help tells it."""
    head = ["# Commands", "", _MADE, "", "What a command returns to the shell:", "", *_statuses(), ""]
    return "\n".join([*head, *_command(newsletter, "newsletter")]).rstrip() + "\n"


def _statuses() -> Iterator[str]:
    yield from ("| status | meaning |", "|---|---|")
    yield "| 0 | done |"
    yield "| 1 | it does not fit the present state, or a check blocks |"
    yield "| 2 | the input is wrong; each problem is told with its place and remedy, and nothing was written |"
    yield "| 3 | something outside is missing or does not answer |"


def _command(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    options = {"terminal_width": 100, "max_content_width": 100, **command.context_settings}
    context = click.Context(command, info_name=name, parent=parent, **options)
    yield from (f"## {context.command_path}", "", "```text", command.get_help(context), "```", "")
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found:
                yield from _command(found, inner, context)


def settings_page() -> str:
    """Every key of newsletter.toml."""
    lines = ["# Settings", "", _MADE, "", *_INTRODUCTION, ""]
    for table, field in Config.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            lines += [f"## [{table}]", "", field.description or "", "", *_keys(table, model), ""]
    return "\n".join([*lines, *_colours()]) + "\n"


def _keys(table: str, model: type[BaseModel]) -> Iterator[str]:
    yield from ("| key | if left out | meaning | environment |", "|---|---|---|---|")
    for key, field in model.model_fields.items():
        if not field.exclude:
            name = f"{PREFIX}{table}__{key}".upper()
            yield f"| `{key}` | {_default(field)} | {field.description or ''} | `{name}` |"


def _default(field: FieldInfo) -> str:
    if isinstance(field.default, BaseModel):
        return "see below"
    return "" if field.default in (None, "") else f"`{json.dumps(field.default, ensure_ascii=False)}`"


def _colours() -> Iterator[str]:
    yield from ("## Colours", "", "`[theme.light]` and `[theme.dark]` name all of them, as # and six digits.", "")
    yield from ("| colour | light | dark |", "|---|---|---|")
    for name in Palette.model_fields:
        yield f"| `{name}` | `{getattr(LIGHT, name)}` | `{getattr(DARK, name)}` |"


def main() -> None:
    """Write the pages, or compare them."""
    stale = [name for name, text in pages().items() if not _same(DOCS / name, text)]
    if "--check" in sys.argv[1:]:
        sys.exit(f"Out of date: {', '.join(stale)}. Run python scripts/write_docs.py" if stale else 0)
    DOCS.mkdir(exist_ok=True)
    for name in stale:
        (DOCS / name).write_text(pages()[name], encoding="utf-8", newline="\n")


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    main()
