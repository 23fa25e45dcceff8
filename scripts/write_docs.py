"""Writes the pages of `docs/` that are made from the code; with --check it only says which ones are out of date."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel

from newsletter.cli import newsletter
from newsletter.content.schema import format_page
from newsletter.workspace import PREFIX, Config

DOCS = Path(__file__).resolve().parent.parent / "docs"


def commands_page() -> str:
    """Every command with its help, as the program prints it."""
    lines = ["# Commands", "", "This page is made from the program's own help by `python scripts/write_docs.py`.", ""]
    for path, command in _commands(newsletter, ()):
        context = click.Context(command, info_name=" ".join(("newsletter", *path)), terminal_width=100)
        lines += [f"## newsletter {' '.join(path)}", "", "```", command.get_help(context), "```", ""]
    return "\n".join(lines)


def _commands(group: click.Group, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        elif command is not None:
            yield (*path, name), command


def settings_page() -> str:
    """Every key of newsletter.toml."""
    lines = [
        "# Settings",
        "",
        "The keys of `newsletter.toml`. Each can also be set by environment, as",
        f"`{PREFIX}TABLE__KEY`: `{PREFIX}SENDING__TRANSPORT` for `[sending] transport`.",
        "This page is made from the program by `python scripts/write_docs.py`.",
        "",
    ]
    for name, field in Config.model_fields.items():
        lines += [f"## [{name}]", "", field.description or "", "", *_table(name, field.annotation), ""]
    return "\n".join(lines)


def _table(name: str, model: object) -> Iterator[str]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return
    yield from ("| key | default | meaning |", "|---|---|---|")
    for key, field in model.model_fields.items():
        if field.exclude:
            continue
        default = field.get_default(call_default_factory=True)
        shown = f"see below `[{name}.{key}]`" if isinstance(default, BaseModel) else _as_toml(default)
        yield f"| `{key}` | {shown} | {field.description or ''} |"
    for key, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel) and not field.exclude:
            default = field.get_default(call_default_factory=True)
            yield from ("", f"### [{name}.{key}]", "", "| key | default |", "|---|---|")
            yield from (f"| `{inner}` | {_as_toml(value)} |" for inner, value in dict(default).items())


def _as_toml(value: object) -> str:
    return "" if value is None else f"`{json.dumps(value, ensure_ascii=False, default=str)}`"


PAGES = {
    "issue-format.md": format_page,
    "commands.md": commands_page,
    "settings.md": settings_page,
}


def main() -> int:
    """Write or compare every page; 1 if a comparison fails."""
    stale = []
    for name, make in PAGES.items():
        path, content = DOCS / name, make().rstrip() + "\n"
        if "--check" not in sys.argv:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(name)
    if stale:
        print(f"Out of date: {', '.join(stale)}; run python scripts/write_docs.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
