"""`newsletter user`: staff's accounts, from the computer that the studio runs on."""

import json
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.models import OneTimeLink
    from newsletter.workspace import Workspace

_ROLES = click.Choice(["editor", "approver", "administrator"])
_SERVER = click.option(
    "--server", default="http://127.0.0.1:8000", show_default=True, help="Where `serve` runs, if base_url is not set."
)


@click.group()
def user() -> None:
    """Accounts of staff: who may work in the studio."""


@user.command()
@click.argument("address")
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--role", type=_ROLES, default="editor", show_default=True, help="What they may do.")
@_SERVER
@click.pass_obj
def invite(session: Session, address: str, name: str, role: str, server: str) -> None:
    """Invite ADDRESS: prints a link that works once, and mails it where the pages have a public address."""
    workspace = session.with_database()
    from newsletter.models import Role
    from newsletter.services import accounts

    _print(workspace, accounts.invite(workspace, name=name, address=address, role=Role(role), by=None), server)


@user.command()
@click.argument("address")
@_SERVER
@click.pass_obj
def recover(session: Session, address: str, server: str) -> None:
    """A link for ADDRESS to choose a new password and set up the one-time code anew; it works once, within a day."""
    workspace = session.with_database()
    from newsletter.services import accounts

    _print(workspace, accounts.recovery_link(accounts.find_account(address), by=None), server)


@user.command()
@click.argument("address")
@click.argument("role", type=_ROLES)
@click.pass_obj
def role(session: Session, address: str, role: str) -> None:
    """Give ADDRESS another ROLE."""
    session.with_database()
    from newsletter.models import Role
    from newsletter.services import accounts

    person = accounts.find_account(address)
    accounts.change_role(person, Role(role), by=None)
    click.echo(f"{person.name} is {role} now.")


@user.command()
@click.argument("address")
@click.pass_obj
def remove(session: Session, address: str) -> None:
    """Close the account of ADDRESS, and sign them out. What they did stays in the log."""
    session.with_database()
    from newsletter.services import accounts

    person = accounts.find_account(address)
    accounts.remove(person, by=None)
    click.echo(f"The account of {person.name} is closed.")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of words.")
@click.pass_obj
def list_(session: Session, *, as_json: bool) -> None:
    """Every account, with its role and when it was last used."""
    session.with_database()
    from newsletter.models import User

    for person in User.objects.order_by("-is_active", "name"):
        last = person.last_login.isoformat(timespec="minutes") if person.last_login else None
        state = (last or "invited") if person.is_active else "closed"
        told = {"name": person.name, "address": person.email, "role": person.role, "state": state}
        click.echo(json.dumps(told) if as_json else f"{person.role:<13} {person.name} <{person.email}>, {state}")


def _print(workspace: "Workspace", link: "OneTimeLink", server: str) -> None:
    from newsletter.services.one_time_links import address_of

    click.echo(f"Pass this link on to its owner alone; it works once, until {link.expires_at:%d %B %Y, %H:%M} UTC:")
    click.echo(f"  {address_of(workspace, link, server)}")
