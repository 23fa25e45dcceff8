"""`newsletter pause`, `resume` and `cancel`: a mailing on its way."""

from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.models import Mailing

_MAILING = click.argument("name", metavar="MAILING")
_BY = click.option("--by", default="", metavar="NAME", help="Who says so; it is recorded.")
_YES = click.option("--yes", is_flag=True, help="Don't ask.")


@click.command()
@_MAILING
@_BY
@click.pass_obj
def pause(session: Session, name: str, by: str) -> None:
    """Hold MAILING, named by its number or its issue; what is on the wire ends by itself."""
    session.with_database()
    from newsletter.services import steering
    from newsletter.services.mailing_names import mailing_named

    mailing = mailing_named(name, fits=steering.is_going)
    steering.pause(mailing, by=by)
    click.echo(f"Mailing {mailing.pk} is paused; `newsletter resume {mailing.pk}` goes on.")


@click.command()
@_MAILING
@_BY
@_YES
@click.pass_obj
def resume(session: Session, name: str, by: str, *, yes: bool) -> None:
    """Let MAILING go on, from exactly where it stopped, and send what is left; one with a time to come waits for it.

    MAILING is its number, or the name of its issue.
    """
    session.with_database()
    from newsletter.cli.running import run_mailing
    from newsletter.services import steering
    from newsletter.services.mailing_names import mailing_named

    mailing = mailing_named(name, fits=steering.is_open)
    if steering.is_held(mailing):
        if not yes:
            _ask_whether_now(session, mailing)
        steering.resume(mailing, by=by)
    run_mailing(session, mailing)


def _ask_whether_now(session: Session, mailing: "Mailing") -> None:
    """Who paused a schedule may not remember that its time has come and gone."""
    from newsletter.content.wording import at_moment
    from newsletter.models import MailingState
    from newsletter.services.schedules import is_missed, local

    if mailing.state == MailingState.PAUSED and mailing.scheduled_for and is_missed(mailing):
        click.echo(f"It was to leave at {at_moment(local(session.workspace, mailing.scheduled_for))}, which is past.")
        click.confirm("Send it now?", abort=True)


@click.command()
@_MAILING
@_BY
@_YES
@click.pass_obj
def cancel(session: Session, name: str, by: str, *, yes: bool) -> None:
    """Stop MAILING for good, named by its number or its issue; who has it keeps it, who waits gets nothing."""
    session.with_database()
    from newsletter.services import steering
    from newsletter.services.mailing_names import mailing_named
    from newsletter.services.receipts import receipt_of

    mailing = mailing_named(name, fits=steering.is_open)
    if not yes and steering.is_open(mailing):
        click.echo(f"Mailing {mailing.pk}, issue {mailing.edition.issue_id}: {receipt_of(mailing).sentence}")
        click.confirm("Stop it for good? Who waits gets nothing of it.", abort=True)
    stopped = steering.cancel(mailing, by=by)
    click.echo(f"Mailing {mailing.pk} is stopped{f'; {stopped:,} people get nothing of it' if stopped else ''}.")
