"""`newsletter migrate`: bring the database up to date."""

import click

from newsletter.cli.session import Session


@click.command()
@click.option("--lost-key", is_flag=True, help="Go on although the key of this database is lost for good.")
@click.option("--by", default="", metavar="NAME", help="Who says that it is lost; it is recorded.")
@click.pass_obj
def migrate(session: Session, by: str, *, lost_key: bool) -> None:
    """Bring the database up to date; a copy of it is kept first."""
    from newsletter.settings import setup

    setup(session.workspace)
    from newsletter.services import key_check
    from newsletter.services.migrating import migrate as run

    report = run(session.workspace)
    click.echo(f"{len(report.applied)} steps done." if report.applied else "Nothing to do.")
    if report.backup:
        click.echo(f"The database as it was before is kept in {report.backup}")
    if lost_key:
        count = key_check.give_up_lost_key(session.workspace, by=by)
        click.echo(f"The database has another key now: {session.workspace.secret_path}; keep a copy of it.")
        click.echo("Personal links in mails already sent no longer work.")
        click.echo(f"{count:,} addresses never to be written to again can't be recognised any more: check each import.")
    key_check.require_key(session.workspace)
