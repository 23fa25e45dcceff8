"""`newsletter inbox`: mail that comes back."""

import json
from pathlib import Path

import click

from newsletter.cli.session import Session

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def inbox() -> None:
    """Mail that comes back: what it is, what people want, and why we think so."""


@inbox.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def classify(session: Session, files: tuple[Path, ...], *, as_json: bool) -> None:
    """Say what each mail is and wants; nothing is changed, no database is needed."""
    from newsletter.replies import GuardedReader
    from newsletter.services.ourselves import ourselves

    with GuardedReader(ourselves(session.workspace)) as reader:
        for file in files:
            verdict = reader.classify(file.read_bytes())
            if as_json:
                click.echo(json.dumps(verdict.as_dict(str(file)), ensure_ascii=False))
                continue
            words = ", ".join(filter(None, (verdict.kind, verdict.intent, *verdict.flags)))
            click.echo(f"{click.style(str(file), bold=True)}: {words}")
            for reason in verdict.reasons:
                click.echo(f"  {reason}")


@inbox.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def explain(session: Session, file: Path) -> None:
    """Show what each rule says of one mail."""
    from newsletter.replies import GuardedReader
    from newsletter.services.ourselves import ourselves

    with GuardedReader(ourselves(session.workspace)) as reader:
        click.echo(reader.explain(file.read_bytes()), nl=False)
