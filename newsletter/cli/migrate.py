"""`newsletter migrate`: bring the database up to date."""

import click

from newsletter.cli.session import Session


@click.command()
@click.pass_obj
def migrate(session: Session) -> None:
    """Bring the database up to date; a copy of it is kept first."""
    from newsletter.settings import setup

    setup(session.workspace)
    from newsletter.services.migrating import migrate as run

    report = run(session.workspace)
    click.echo(f"{len(report.applied)} steps done." if report.applied else "Nothing to do.")
    if report.backup:
        click.echo(f"The database as it was before is kept in {report.backup}")
