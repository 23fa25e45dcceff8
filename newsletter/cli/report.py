"""`newsletter report`: what became of a mailing."""

import json
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.services.reporting import Report
    from newsletter.workspace import Workspace


@click.command()
@click.argument("name", metavar="MAILING", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.pass_obj
def report(session: Session, name: str, *, as_json: bool) -> None:
    """Say what became of MAILING, in numbers and codes; it names nobody who got it.

    MAILING is its number, or the name of its issue; without one, the latest issues stand in a table.
    """
    workspace = session.with_database()
    if not name:
        _tell_trend(workspace)
        return
    from newsletter.services.mailing_names import mailing_named
    from newsletter.services.reporting import report_on

    found = report_on(mailing_named(name, fits=lambda mailing: mailing.started_at is not None))
    click.echo(json.dumps(found.as_dict(), indent=2) if as_json else "\n".join(_lines(workspace, found)))


def _tell_trend(workspace: "Workspace") -> None:
    from newsletter.content.wording import at_moment
    from newsletter.services.looking_back import trend
    from newsletter.services.schedules import local

    for point in trend(workspace):
        started = point.mailing.started_at or point.mailing.planned_at
        click.echo(
            f"{point.mailing.edition.issue_id}, {at_moment(local(workspace, started))}: {point.receipt.sentence}"
        )
        click.echo(f"  until the next one {point.movements.joined:,} joined and {point.movements.left:,} left")


def _lines(workspace: "Workspace", found: "Report") -> list[str]:
    from newsletter.content.wording import about, at_moment
    from newsletter.services.schedules import local

    way = f"{'Sent' if found.started_at else 'To be sent'} by {found.route}{' (in practice)' if found.practice else ''}"
    lines = [
        f"Mailing {found.mailing}, issue {found.issue}: {found.words}",
        f"  {found.receipt.sentence if found.receipt.chosen else 'No readers were chosen.'}",
        f"  {way}, edition {found.edition[:12]}",
        f"  Approved by {', '.join(found.approved_by)}",
    ]
    if found.corrects:
        lines.append(f"  A correction of mailing {found.corrects}")
    if found.reason:
        lines.append(f"  Sent because: {found.reason}")
    if found.started_at:
        took = f", took {about(found.took.total_seconds())}" if found.took else ""
        lines.append(f"  Started at {at_moment(local(workspace, found.started_at))}{took}")
    for title, numbers in (
        ("Accepted of each version", found.versions),
        ("Sent back, by code", found.sent_back),
        ("Heard later", found.heard_later),
        ("Came back because", found.came_back),
    ):
        lines += [f"  {title}:", *(f"    {name}: {count:,}" for name, count in numbers.items())] if numbers else []
    if found.given_up:
        lines.append(f"  {found.given_up:,} of these addresses came back too often and get nothing any more.")
    return lines
