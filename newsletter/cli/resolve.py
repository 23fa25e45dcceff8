"""`newsletter resolve`: mails that may or may not have arrived, listed and settled."""

from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session
from newsletter.errors import InputError

if TYPE_CHECKING:
    from newsletter.models import Mailing


@click.command()
@click.argument("name", metavar="[MAILING]", required=False, default="")
@click.argument("ids", metavar="[ID]...", nargs=-1, type=int)
@click.option("--all", "everyone", is_flag=True, help="All open questions of the mailing.")
@click.option("--accept", is_flag=True, help="Count them as accepted.")
@click.option("--send-again", is_flag=True, help="Try them once more; somebody may get a second copy.")
@click.option("--by", default="", metavar="NAME", help="Who says so; it is recorded.")
@click.pass_obj
def resolve(
    session: Session,
    name: str,
    ids: tuple[int, ...],
    by: str,
    *,
    everyone: bool,
    accept: bool,
    send_again: bool,
) -> None:
    """List the mails of which we can't tell whether they arrived, each with our advice; or settle those named by ID.

    MAILING is its number, or the name of its issue.
    """
    session.with_database()
    from newsletter.services.mailing_names import mailing_named
    from newsletter.services.resolving import has_doubts

    if not accept and not send_again:
        _list(session, name)
        return
    if accept and send_again:
        raise InputError("Either --accept or --send-again: a mail can't be both.")
    if not name or not (ids or everyone):
        raise InputError("Say which: newsletter resolve MAILING ID..., or --all; without --accept it lists them.")
    _settle(session, mailing_named(name, fits=has_doubts), None if everyone else ids, by=by, again=send_again)


def _list(session: Session, name: str) -> None:
    from newsletter.content.wording import at_moment
    from newsletter.models import Mailing
    from newsletter.services import sweeping
    from newsletter.services.mailing_names import mailings_named
    from newsletter.services.resolving import doubts
    from newsletter.services.schedules import local

    sweeping.sweep(session.workspace)  # what a crash left is known only now
    found = False
    for row in mailings_named(name) if name else Mailing.objects.order_by("pk"):
        for doubt in doubts(row):
            found = True
            click.echo(f"Mailing {row.pk}, {doubt.id}: {doubt.address or 'a reader who was erased'}")
            words = f"; {doubt.words}" if doubt.words else ""
            click.echo(f"  since {at_moment(local(session.workspace, doubt.since))}{words}")
            click.echo(f"  {doubt.advice}")
    click.echo(
        "Settle them with newsletter resolve MAILING ID... --accept or --send-again, and --by NAME."
        if found
        else "There is nothing to settle."
    )


def _settle(session: Session, mailing: "Mailing", ids: tuple[int, ...] | None, *, by: str, again: bool) -> None:
    from newsletter.services import resolving

    if not again:
        count = resolving.accept(mailing, ids, by=by)
        click.echo(f"{count:,} counted as accepted.")
        return
    count = resolving.send_again(session.workspace, mailing, ids, by=by)
    click.echo(f"{count:,} will be tried once more; `newsletter resume {mailing.pk}` sends them.")
