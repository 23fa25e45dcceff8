"""`newsletter doctor`: what is set up, what is missing, how to mend it."""

import json
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.services.doctor import Line

_COLOURS = {"ok": "green", "to mend": "red", "not run": "yellow"}


@click.command()
@click.option("--offline", is_flag=True, help="Don't ask the DNS.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.pass_context
def doctor(ctx: click.Context, *, offline: bool, as_json: bool) -> None:
    """Look at this computer and at the DNS; exit 1 where something must be mended. Nothing is changed."""
    session: Session = ctx.obj
    from newsletter.settings import setup

    setup(session.workspace)
    from newsletter.services.doctor import Health, examine
    from newsletter.services.probes.dns import SystemResolver

    lines = examine(session.workspace, None if offline else SystemResolver())
    if as_json:
        click.echo(json.dumps([line.as_dict() for line in lines], indent=2))
    else:
        for line in lines:
            _print(line)
    if any(line.health is Health.MEND for line in lines):
        ctx.exit(1)


def _print(line: "Line") -> None:
    word = click.style(f"{line.health:<8}", fg=_COLOURS[line.health])
    click.echo(f"{word} {line.subject}: {line.message}")
    if line.remedy:
        click.echo(f"         {line.remedy}")
    if line.record:
        click.echo(f"           {line.record}")
