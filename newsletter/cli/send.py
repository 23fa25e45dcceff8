"""`newsletter send`: an approved issue leaves."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from newsletter.cli.session import Session
from newsletter.errors import InputError


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--segment", default="", help="Only the people in this segment.")
@click.option(
    "--at", "moment", default="", help="When, in the newsletter's own zone: 2025-12-05T09:30. Keep it running."
)
@click.option("--again", default="", metavar="REASON", help="Send the same edition once more, and why.")
@click.option("--dry-run", is_flag=True, help="Say who would get it, and send nothing.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def send(session: Session, issue_id: str, segment: str, moment: str, again: str, *, dry_run: bool, yes: bool) -> None:
    """Send ISSUE as it was approved, and say what became of every copy."""
    workspace = session.with_database()
    from newsletter.services import planning
    from newsletter.services.approving import sendable_edition
    from newsletter.services.forecasting import forecast_sending
    from newsletter.services.modes import is_practice
    from newsletter.services.routing import route_url
    from newsletter.services.waiting import require_near

    edition = sendable_edition(workspace, issue_id)
    at = _moment(moment, ZoneInfo(workspace.publication.timezone))
    if at is not None:
        require_near(at)
    outlook = planning.forecast(workspace, edition, segment=segment)
    practice = is_practice(workspace)
    to_send, route = sum(outlook.variants.values()), route_url(workspace, practice=practice)
    click.echo(f"Issue {issue_id}: {outlook.chosen:,} chosen, {to_send:,} to be sent by {route}")
    for reason, count in outlook.skipped.items():
        click.echo(f"  {count:,} left out: {reason}")
    # What this terminal sends ends with its window; `serve` will say otherwise.
    click.echo(forecast_sending(workspace, to_send).sentence(may_close=False))
    if practice:
        click.echo("Practice: nothing leaves this computer.")
    if dry_run:
        return
    if not yes:
        click.confirm("Send it now?" if at is None else f"Send it at {at:%H:%M on %d %B %Y}?", abort=True)
    _send(session, planning.plan(workspace, edition, segment=segment, again=again, at=at).pk, at)


def _send(session: Session, mailing_id: int, at: datetime | None) -> None:
    from newsletter.cli.progress import progress_bar
    from newsletter.engine.local import send_here
    from newsletter.models import Mailing
    from newsletter.services.waiting import wait_until

    mailing = Mailing.objects.get(pk=mailing_id)
    if at is not None:
        click.echo(f"Waiting until {at:%H:%M on %d %B %Y}; leave this window open.")
        wait_until(at)
    with progress_bar(mailing.chosen) as show:
        receipt = send_here(session.workspace, mailing, progress=show)
    click.echo(receipt.sentence)
    if receipt.open:
        click.echo(f"{receipt.open:,} still wait; `newsletter resume {mailing.pk}` goes on.")


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"'{text}' is not a moment; write date and time, such as 2025-12-05T09:30") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
