"""`newsletter report`: what became of a mailing."""

import json
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.services.reporting import Report


@click.command()
@click.argument("mailing_id", metavar="MAILING", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.pass_obj
def report(session: Session, mailing_id: int, *, as_json: bool) -> None:
    """Say what became of MAILING, in numbers and codes; it names nobody who got it."""
    session.with_database()
    from newsletter.services.overview import mailing
    from newsletter.services.reporting import report_on

    found = report_on(mailing(mailing_id))
    click.echo(json.dumps(found.as_dict(), indent=2) if as_json else "\n".join(_lines(found)))


def _lines(found: "Report") -> list[str]:
    lines = [
        f"Mailing {found.mailing}, issue {found.issue}: {found.words}",
        f"  {found.receipt.sentence}",
        f"  Sent by {found.route}{' in practice' if found.practice else ''}, edition {found.edition[:12]}",
        f"  Approved by {', '.join(found.approved_by)}",
    ]
    if found.corrects:
        lines.append(f"  A correction of mailing {found.corrects}")
    if found.reason:
        lines.append(f"  Sent because: {found.reason}")
    if found.started_at:
        lines.append(f"  Started {found.started_at:%d %B %Y %H:%M} UTC{f', took {found.took}' if found.took else ''}")
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
