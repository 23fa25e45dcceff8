"""`newsletter live`: leave practice."""

import click

from newsletter.cli.session import Session


@click.command()
@click.option("--by", required=True, metavar="NAME", help="Who takes it live; it is recorded.")
@click.pass_obj
def live(session: Session, by: str) -> None:
    """Leave practice: from now on mail goes where [sending] transport says."""
    workspace = session.with_database()
    from newsletter.services.modes import go_live
    from newsletter.services.routing import reaches_somebody

    go_live(workspace, by=by)
    click.echo(f"Live, by {by}. Mail now goes by {workspace.config.sending.transport}")
    if not reaches_somebody(workspace):
        click.echo("That reaches nobody: name your mail server under [sending] transport in newsletter.toml.")
