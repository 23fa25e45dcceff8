"""`newsletter backup` and `restore`: copies of the database."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.services.restore_sql import TakenOver


@click.command()
@click.pass_obj
def backup(session: Session) -> None:
    """Copy the database into data/backups, also while it is in use."""
    workspace = session.with_database()
    from newsletter.services.backups import back_up
    from newsletter.services.keys import present_key_id

    click.echo(f"The database is copied to {back_up(workspace)}")
    click.echo(
        f"The key is not in it: keep {workspace.secret_path} (key {present_key_id(workspace)}) too, somewhere else."
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", required=True, metavar="NAME", help="Who says so; it is recorded.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def restore(session: Session, file: Path, by: str, *, yes: bool) -> None:
    """Put back a copy of the database; whoever left since stays out, and nothing is sent before somebody says so."""
    from newsletter.services.backups import open_copy
    from newsletter.settings import setup

    open_copy(session.workspace, file)  # before a workspace without a database is given a key of its own
    if not yes:
        click.confirm("Replace the database by this copy? The present one is kept in data/backups.", abort=True)
    session.workspace.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    setup(session.workspace)
    from newsletter.services.restoring import restore as run

    done = run(session.workspace, file, by=by)
    click.echo(
        f"The database is as it was on {done.made}. The workspace is in practice; newsletter live --by NAME ends that."
    )
    if done.replaced:
        click.echo(f"What it replaced is kept in {done.replaced}")
    if done.taken_over is None:
        click.echo(
            "Nothing later could be read: who left or was erased since then is on the list again; look for them first."
        )
    else:
        _tell(done.taken_over)
    if done.waiting:
        click.echo(f"Mailings that wait for somebody's word (newsletter status): {done.waiting:,}")


def _tell(taken: "TakenOver") -> None:
    told = {
        "addresses off the list": taken.left,
        "never to be written to again": taken.suppressed,
        "people erased": taken.erased,
        "mails that went out": taken.sent,
    }
    if since := ", ".join(f"{words} {count:,}" for words, count in told.items() if count):
        click.echo(f"What was decided since then still holds: {since}.")
    for issue in taken.lost_issues:
        click.echo(f"Issue {issue} was sent since then and this copy does not know it: do not send it again.")
