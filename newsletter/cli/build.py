"""`newsletter build`: an issue as files."""

from pathlib import Path

import click

from newsletter.cli.session import Session


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write into.")
@click.pass_obj
def build(session: Session, issue_id: str, out: Path) -> None:
    """Write ISSUE into a folder: index.html as mailed, message.eml, text.txt, web.html and web-fragment.html."""
    from newsletter.services.building import build as write

    files = write(session.workspace.load_issue(issue_id), session.workspace.theme, out)
    click.echo(f"Wrote {len(files)} files into {out}; open {out / 'web.html'} in a browser.")
