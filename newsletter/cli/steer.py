"""`newsletter pause`, `resume` and `cancel`: a mailing on its way."""

import click

from newsletter.cli.session import Session

_MAILING = click.argument("mailing_id", metavar="MAILING", type=int)
_BY = click.option("--by", default="", metavar="NAME", help="Who says so; it is recorded.")


@click.command()
@_MAILING
@_BY
@click.pass_obj
def pause(session: Session, mailing_id: int, by: str) -> None:
    """Hold MAILING; what is on the wire ends by itself."""
    session.with_database()
    from newsletter.services import overview, steering

    steering.pause(overview.mailing(mailing_id), by=by)
    click.echo(f"Mailing {mailing_id} is paused; `newsletter resume {mailing_id}` goes on.")


@click.command()
@_MAILING
@_BY
@click.pass_obj
def resume(session: Session, mailing_id: int, by: str) -> None:
    """Let MAILING go on, from exactly where it stopped, and send what is left."""
    session.with_database()
    from newsletter.cli.running import run_mailing
    from newsletter.models import MailingState
    from newsletter.services import overview, steering

    mailing = overview.mailing(mailing_id)
    if mailing.state in (MailingState.PAUSED, MailingState.NEEDS_APPROVAL):
        steering.resume(mailing, by=by)
    run_mailing(session, mailing)


@click.command()
@_MAILING
@_BY
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def cancel(session: Session, mailing_id: int, by: str, *, yes: bool) -> None:
    """Stop MAILING for good; who has it keeps it, who waits gets nothing."""
    session.with_database()
    from newsletter.services import overview, steering

    mailing = overview.mailing(mailing_id)
    if not yes:
        click.confirm("Stop it for good? It cannot be taken up again.", abort=True)
    stopped = steering.cancel(mailing, by=by)
    click.echo(f"Mailing {mailing_id} is stopped; {stopped:,} people get nothing.")
