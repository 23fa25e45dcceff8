"""`newsletter subscribers`: the list."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.session import Session
from newsletter.content.wording import IMPORT_FATES

if TYPE_CHECKING:
    from newsletter.services.importing import ImportReport
    from newsletter.subscribers.importing import ImportFile

_BY = click.option(
    "--by", default="the command line", show_default=True, metavar="NAME", help="Who says so; it is recorded."
)


@click.group()
def subscribers() -> None:
    """The list: who gets the newsletter, and why we may write to them."""


@subscribers.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("--basis", default="public task", show_default=True, help="Why we may write to them.")
@click.option("--body", default="", help="The body of people whose row names none.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=MEANING",
    help="What a column means, such as 'Mail 1=address'.",
)
@click.option("--sheet", default="", help="The sheet of a spreadsheet; the first one if left out.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--skip-errors", is_flag=True, help="Take the good rows although others are broken.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows that stay out there, with reasons.",
)
@_BY
@click.pass_obj
def import_(session: Session, /, file: Path, columns: tuple[str, ...], sheet: str, **options: Any) -> None:  # noqa: ANN401
    """Take in a FILE of people, CSV or .xlsx, or addresses pasted at -; whoever left earlier stays out."""
    workspace = session.with_database()
    from newsletter.services.importing import import_subscribers
    from newsletter.subscribers.importing import ImportFile
    from newsletter.subscribers.pasted import Pasted

    table = Pasted(sys.stdin.read()) if str(file) == "-" else file
    source = ImportFile(table, bodies=workspace.bodies, columns=_meanings(columns), sheet=sheet)
    _tell(source, import_subscribers(workspace, source, **options))


def _meanings(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = [column.rpartition("=") for column in columns]
    if not all(mark for _heading, mark, _meaning in pairs):
        raise click.UsageError("Write --column as HEADING=MEANING, such as --column 'Mail 1=address'.")
    return {heading.strip(): meaning.strip() for heading, _mark, meaning in pairs}


def _tell(source: "ImportFile", report: "ImportReport") -> None:
    for what, names in (("Columns", source.columns.unknown), ("Sheets", source.table.left_aside)):
        if names:
            click.echo(f"{what} left aside: {', '.join(names)}")
    for change in report.differences if report.dry_run else ():
        click.echo(f"row {change.row}: {change.detail} from {change.before or 'nothing'} to {change.after}")
    for line in report.kept_out:
        click.echo(f"Left out, {line}", err=True)
    told = [f"{report.counts[fate]:,} {IMPORT_FATES[fate]}" for fate in report.counts if report.counts[fate]]
    verb = "Would take in" if report.dry_run else "Took in"
    click.echo(f"{verb} {report.rows:,} rows = {' + '.join(told) or 'nothing'}")


@subscribers.command()
@click.argument("address")
@click.option("--basis", default="consent", show_default=True, help="Why we may write to them.")
@click.option("--reason", default="", help="How they asked.")
@_BY
@click.pass_obj
def add(session: Session, address: str, basis: str, reason: str, by: str) -> None:
    """Take one person in: an ADDRESS, or "Name <address>"."""
    workspace = session.with_database()
    from newsletter.services.subscribing import add_subscriber

    add_subscriber(workspace, address, basis=basis, by=by, reason=reason)
    click.echo("Added.")


@subscribers.command()
@click.argument("address")
@click.option("--reason", default="", help="Why.")
@_BY
@click.pass_obj
def remove(session: Session, address: str, reason: str, by: str) -> None:
    """Take ADDRESS off the list at once."""
    session.with_database()
    from newsletter.models import Mechanism
    from newsletter.services.subscribing import find_subscriber, leave

    gone = leave(find_subscriber(address), mechanism=Mechanism.STAFF, by=by, reason=reason)
    click.echo("Removed." if gone else "This address had left already.")


@subscribers.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.pass_obj
def stats(session: Session, *, as_json: bool) -> None:
    """How many people there are of each status."""
    session.with_database()
    from newsletter.services.subscribing import count_by_status

    counts = count_by_status()
    click.echo(
        json.dumps(counts) if as_json else "\n".join(f"{count:>9,} {status}" for status, count in counts.items())
    )
