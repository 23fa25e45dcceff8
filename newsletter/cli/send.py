"""`newsletter send`: an approved issue leaves."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from newsletter.cli.session import Session
from newsletter.content.wording import REASONS, at_moment
from newsletter.errors import ConflictError, InputError, UnavailableError

if TYPE_CHECKING:
    from newsletter.models import Edition, Mailing


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """What was asked for, beside the issue."""

    segment: str
    again: str
    by: str
    at: datetime | None
    correcting: "Mailing | None"


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--segment", default="", help="Only the people in this segment.")
@click.option("--at", "moment", default="", help="When, in the newsletter's own zone: 2025-12-05T09:30.")
@click.option("--again", default="", metavar="REASON", help="Send the same edition once more, and why.")
@click.option(
    "--correcting", default="", metavar="MAILING", help="To exactly those who have that mailing, or may have."
)
@click.option("--copy-to", default="", metavar="ADDRESS", help="One more copy of what was sent, for one reader.")
@click.option("--reason", default="", help="Why that reader gets another copy; it is recorded.")
@click.option("--by", default="", metavar="NAME", help="Who says so; it is recorded.")
@click.option("--dry-run", is_flag=True, help="Say who would get it, and send nothing.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def send(
    session: Session,
    issue_id: str,
    segment: str,
    moment: str,
    again: str,
    correcting: str,
    copy_to: str,
    reason: str,
    by: str,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Send ISSUE as it was approved, and say what became of every copy."""
    workspace = session.with_database()
    if sum(map(bool, (copy_to, correcting, moment))) > 1 or (segment and (copy_to or correcting)):
        raise InputError("--copy-to, --correcting and --at exclude each other, and the first two a --segment.")
    if copy_to:
        _send_copy(session, issue_id, copy_to, reason=reason, by=by, yes=yes, dry_run=dry_run)
        return
    from newsletter.services.approvals import sendable_edition
    from newsletter.services.mailing_names import mailing_named
    from newsletter.services.planning import plan

    edition = sendable_edition(workspace, issue_id)
    corrected = mailing_named(correcting) if correcting else None
    wish = _Wish(segment=segment, again=again, by=by, at=_moment(session, moment), correcting=corrected)
    _tell(session, edition, wish)
    if dry_run:
        return
    _require_ready(session, edition, scheduled=wish.at is not None)
    _agree(f"Send it at {at_moment(wish.at)}?" if wish.at else "Send it now?", yes=yes)
    _send(session, plan(workspace, edition, **vars(wish)))


def _agree(question: str, *, yes: bool) -> None:
    """Go on only with a yes, typed or given beforehand."""
    if not yes and not click.confirm(question):
        click.echo("Nothing was sent.")
        raise click.Abort


def _moment(session: Session, text: str) -> datetime | None:
    from newsletter.services.schedules import parse_moment

    zone = ZoneInfo(session.workspace.publication.timezone)
    return parse_moment(text, zone, now=datetime.now(UTC)) if text else None


def _tell(session: Session, edition: "Edition", wish: _Wish) -> None:
    """Who would get it, by which way, and how long it takes."""
    from newsletter.services.forecasting import forecast_sending
    from newsletter.services.modes import is_practice
    from newsletter.services.planning import forecast, require_new
    from newsletter.services.routing import route_url

    workspace = session.workspace
    require_new(workspace, edition, segment=wish.segment, again=wish.again, correcting=wish.correcting)
    outlook = forecast(workspace, edition, segment=wish.segment, again=wish.again, correcting=wish.correcting)
    practice, to_send = is_practice(workspace), sum(outlook.variants.values())
    route = route_url(workspace, practice=practice)
    click.echo(f"Issue {edition.issue_id}: {outlook.chosen:,} chosen, {to_send:,} to be sent by {route}")
    for reason, count in outlook.skipped.items():
        click.echo(f"  {count:,} left out: {REASONS[reason]}")
    if practice:
        click.echo("Practice: nothing leaves this computer.")
    if to_send == 0 and not wish.at:
        raise ConflictError("Nobody would get it, so nothing was planned.")
    # What this terminal sends ends with its window; `serve` will say otherwise.
    click.echo(forecast_sending(workspace, to_send).sentence(may_close=False))


def _require_ready(session: Session, edition: "Edition", *, scheduled: bool) -> None:
    """Try the way out before anything is written down; for a schedule it is enough that it works at its time."""
    from newsletter.services.preflight import require_ready

    try:
        require_ready(session.workspace, edition)
    except UnavailableError as error:
        if not scheduled:
            raise type(error)(f"{error} Nothing was planned and nothing was sent.") from None
        click.echo(f"Warning: {error} It must work by then.", err=True)


def _send_copy(
    session: Session, issue_id: str, address: str, *, reason: str, by: str, yes: bool, dry_run: bool
) -> None:
    from newsletter.services.copies import check_copy, plan_copy

    edition, _ = check_copy(session.workspace, issue_id, address, reason=reason)
    click.echo(f"One copy of issue {issue_id} for one reader who is on the list.")
    if dry_run:
        return
    _require_ready(session, edition, scheduled=False)
    _agree("Send it now?", yes=yes)
    _send(session, plan_copy(session.workspace, issue_id, address, reason=reason, by=by))


def _send(session: Session, mailing: "Mailing") -> None:
    from newsletter.cli.running import run_mailing

    run_mailing(session, mailing)
