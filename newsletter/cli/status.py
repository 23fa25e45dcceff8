"""`newsletter status`: how far the mailings are."""

import json
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.services.overview import MailingView
    from newsletter.workspace import Workspace


@click.command()
@click.argument("name", metavar="[MAILING]", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.pass_obj
def status(session: Session, name: str, *, as_json: bool) -> None:
    """Say of each mailing, or of those with this number or issue, what became of every copy, and what to do next."""
    workspace = session.with_database()
    from newsletter.services.overview import mailings

    found = mailings(workspace, name)
    if as_json:
        click.echo(json.dumps([view.as_dict() for view in found], indent=2))
        return
    for view in found:
        _print(workspace, view)
    if not found:
        click.echo("Nothing has been sent yet.")


def _print(workspace: "Workspace", view: "MailingView") -> None:
    from newsletter.content.wording import about, at_moment
    from newsletter.services.schedules import local

    practice = " (practice)" if view.practice else ""
    when = f", {view.leaving} at {at_moment(local(workspace, view.leaves_at))}" if view.leaves_at else ""
    readers = (
        view.receipt.sentence if view.receipt.chosen else f"no readers are chosen{' yet' if view.leaves_at else ''}"
    )
    whom = f" to segment {view.segment}" if view.segment else ""
    why = f" ({view.reason})" if view.reason else ""
    click.echo(f"Mailing {view.id}{practice}, issue {view.issue}{whom}{why}, {view.words}{when}: {readers}")
    if view.held:
        click.echo(f"  {view.held}")
    if view.seconds_left is not None:
        click.echo(f"  {view.rate:,.1f} a second, {about(view.seconds_left)} left")
    if view.next_try:
        click.echo(f"  The next is due at {at_moment(local(workspace, view.next_try))}.")
    for step in view.next_steps:
        click.echo(f"  {step}")
