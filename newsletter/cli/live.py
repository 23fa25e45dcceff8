"""`newsletter live`: leave practice."""

import click

from newsletter.cli.session import Session


@click.command()
@click.option("--by", required=True, metavar="NAME", help="Who takes it live; it is recorded.")
@click.pass_obj
def live(session: Session, by: str) -> None:
    """Leave practice: from now on mail goes where [sending] transport says. What doctor finds is mended first."""
    workspace = session.with_database()
    from newsletter.services.going_live import take_live

    take_live(workspace, by=by)
    click.echo(f"Live, by {by}. Mail now goes by {workspace.config.sending.transport}")
