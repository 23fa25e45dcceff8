"""Commands of `newsletter subscribers` that bring in files of people and write them: import, reconcile, export."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.session import Session
from newsletter.content.wording import IMPORT_FATES

if TYPE_CHECKING:
    from newsletter.services.importing import ImportReport
    from newsletter.services.reconciling import Reconciliation
    from newsletter.subscribers.importing import ImportFile
    from newsletter.workspace import Workspace

_BY = click.option(
    "--by", default="the command line", show_default=True, metavar="NAME", help="Who says so; it is recorded."
)
_FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
_COLUMN = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=MEANING",
    help="What a column means, such as 'Mail 1=address'.",
)
_SHEET = click.option("--sheet", default="", help="The sheet of a spreadsheet; the first one if left out.")


@click.command("import")
@_FILE
@click.option("--basis", default="public task", show_default=True, help="Why we may write to them.")
@click.option("--body", default="", help="The body of people whose row names none.")
@_COLUMN
@_SHEET
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

    source = _opened(workspace, file, columns, sheet)
    _tell(source, import_subscribers(workspace, source, **options))


def _opened(workspace: "Workspace", file: Path, columns: tuple[str, ...], sheet: str) -> "ImportFile":
    from newsletter.subscribers.importing import ImportFile
    from newsletter.subscribers.pasted import Pasted

    table = Pasted(sys.stdin.read()) if str(file) == "-" else file
    return ImportFile(table, bodies=workspace.bodies, columns=_meanings(columns), sheet=sheet)


def _meanings(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = [column.rpartition("=") for column in columns]
    if not all(mark for _heading, mark, _meaning in pairs):
        raise click.UsageError("Write --column as HEADING=MEANING, such as --column 'Mail 1=address'.")
    return {heading.strip(): meaning.strip() for heading, _mark, meaning in pairs}


def _tell_left_aside(source: "ImportFile") -> None:
    for what, names in (("Columns", source.columns.unknown), ("Sheets", source.table.left_aside)):
        if names:
            click.echo(f"{what} left aside: {', '.join(names)}")


def _tell(source: "ImportFile", report: "ImportReport") -> None:
    _tell_left_aside(source)
    for change in report.differences if report.dry_run else ():
        click.echo(f"row {change.row}: {change.detail} from {change.before or 'nothing'} to {change.after}")
    for line in report.kept_out:
        click.echo(f"Left out, {line}", err=True)
    told = [f"{report.counts[fate]:,} {IMPORT_FATES[fate]}" for fate in report.counts if report.counts[fate]]
    rows = "1 row" if report.rows == 1 else f"{report.rows:,} rows"
    click.echo(f"{'Nothing is written yet: ' if report.dry_run else ''}{rows} = {' + '.join(told) or 'nobody'}")


@click.command()
@_FILE
@click.option("--body", required=True, help="The body whose list this is.")
@_COLUMN
@_SHEET
@click.option("--ask", is_flag=True, help="Mail whoever is not in FILE the question whether to stay.")
@click.option("--yes", is_flag=True, help="Don't ask before that.")
@_BY
@click.pass_obj
def reconcile(
    session: Session, file: Path, body: str, columns: tuple[str, ...], sheet: str, by: str, *, ask: bool, yes: bool
) -> None:
    """Lay the list that a body sent, a FILE, beside ours: who is new, who is missing, whose address seems changed.

    Nothing is changed by it. `import` takes in who is new, `move` asks about an address, and --ask asks who is missing;
    they stay on the list until they answer.
    """
    workspace = session.with_database()
    from newsletter.services import reconciling

    source = _opened(workspace, file, columns, sheet)
    found = reconciling.reconcile(workspace, body, source)
    _tell_left_aside(source)
    _compare(found)
    if ask:
        if not yes:
            click.confirm(f"Mail those who are missing ({len(found.leavers):,}) whether they want to stay?", abort=True)
        click.echo(f"Asked whether to stay: {reconciling.ask_leavers(workspace, body, source, by=by):,}")


def _compare(found: "Reconciliation") -> None:
    click.echo(f"On both lists: {found.staying:,}")
    new = [f"row {one.row}: {one.address} {one.name}".rstrip() for one in found.joiners]
    missing = [f"{person.address} {person.name}".rstrip() for person in found.leavers]
    moved = [f"{move.leaver.address} is now {move.joiner.address}? ({move.why})" for move in found.moves]
    stayed, unread = map(str, found.stayed_out), map(str, found.unread)
    told = {"New": new, "Missing": missing, "Changed address": moved, "Stay out": list(stayed), "Broken": list(unread)}
    for heading, lines in told.items():
        if lines:
            click.echo(f"{heading}: {len(lines):,}")
            click.echo("\n".join(f"  {line}" for line in lines))


@click.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A CSV file; of one person, a folder.")
@click.option("--by", required=True, metavar="NAME", help="Who takes it; it is recorded.")
@click.option("--person", default="", metavar="ADDRESS", help="All that is kept about one address, for its owner.")
@click.option("--columns", default="", help="Which, with commas between; attribute:NAME for details of your own.")
@click.option("--status", default="subscribed", show_default=True, help="People of one status, or all.")
@click.option("--body", default="", help="People of one body.")
@click.pass_obj
def export(session: Session, /, out: Path, by: str, person: str, columns: str, **which: str) -> None:
    """Write the list as CSV that no spreadsheet runs as formulas, or one person's data as JSON and as a page."""
    workspace = session.with_database()
    from newsletter.services import exporting

    if person:
        for path in exporting.export_person(workspace, person, out, by=by):
            click.echo(f"Written: {path}")
        return
    chosen = tuple(name.strip() for name in columns.split(",")) if columns else exporting.COLUMNS
    count = exporting.export_subscribers(workspace, out, by=by, columns=chosen, **which)
    click.echo(f"People in {out}: {count:,}")
