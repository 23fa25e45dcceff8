"""`newsletter user`: staff accounts, from the server's own terminal."""

import click

from newsletter.cli.session import Session

_SERVER = "http://127.0.0.1:8000"


@click.group()
def user() -> None:
    """Staff accounts of the studio."""


@user.command()
@click.argument("address")
@click.option("--name", required=True, help="The person's name: it stands beside what they approve.")
@click.option("--role", default="editor", show_default=True, help="editor, approver or administrator.")
@click.option("--by", default="the command line", metavar="NAME", help="Who says so; it is recorded.")
@click.option("--server", default=_SERVER, show_default=True, help="Where serve listens, if there is no base_url.")
@click.pass_obj
def add(session: Session, address: str, name: str, role: str, by: str, server: str) -> None:
    """Make an account for ADDRESS and print the link by which they come in: once, within three days."""
    workspace = session.with_database()
    from newsletter.services.accounts import add_account, entry_url

    click.echo(entry_url(workspace, add_account(address, name, role, by=by), server))


@user.command("list")
@click.pass_obj
def list_accounts(session: Session) -> None:
    """Who may come in, and as what."""
    session.with_database()
    from newsletter.models import User

    for account in User.objects.order_by("name"):
        shut = "" if account.is_active else ", closed"
        click.echo(f"{account.name} <{account.email}>: {account.role}{shut}")


@user.command()
@click.argument("address")
@click.option("--server", default=_SERVER, show_default=True, help="Where serve listens, if there is no base_url.")
@click.pass_obj
def recover(session: Session, address: str, server: str) -> None:
    """Print a new one-time link for somebody who can't come in any more."""
    workspace = session.with_database()
    from newsletter.services.accounts import entry_url, find_account

    click.echo(entry_url(workspace, find_account(address), server))
