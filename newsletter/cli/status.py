"""`newsletter status`: how far the mailings are."""

import json

import click

from newsletter.cli.session import Session


@click.command()
@click.argument("mailing_id", metavar="[MAILING]", required=False, type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.pass_obj
def status(session: Session, mailing_id: int | None, *, as_json: bool) -> None:
    """Say of each mailing, or of one, what became of every copy."""
    session.with_database()
    from newsletter.content.wording import about
    from newsletter.services.overview import mailings

    found = mailings(mailing_id)
    if as_json:
        click.echo(json.dumps([view.as_dict() for view in found], indent=2))
        return
    for view in found:
        click.echo(f"Mailing {view.id}, issue {view.issue}, {view.words}: {view.receipt.sentence}")
        if view.held:
            click.echo(f"  {view.held}")
        if view.seconds_left is not None:
            click.echo(f"  {view.rate:,.1f} a second, {about(view.seconds_left)} left")
    if not found:
        click.echo("Nothing has been sent yet.")
