"""`newsletter subscribers`: the list."""

import json
from pathlib import Path

import click

from newsletter.cli.session import Session

_BY = click.option(
    "--by", default="the command line", show_default=True, metavar="NAME", help="Who says so; it is recorded."
)


@click.group()
def subscribers() -> None:
    """The list: who gets the newsletter, and why we may write to them."""


@subscribers.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--basis", default="public task", show_default=True, help="Why we may write to them.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--skip-errors", is_flag=True, help="Take the good rows although others are broken.")
@_BY
@click.pass_obj
def import_(session: Session, file: Path, basis: str, by: str, *, dry_run: bool, skip_errors: bool) -> None:
    """Take in a CSV FILE with a column address or email; whoever left earlier stays out."""
    workspace = session.with_database()
    from newsletter.services.importing import import_subscribers
    from newsletter.subscribers.importing import ImportFile

    source = ImportFile(file, bodies=workspace.bodies)
    report = import_subscribers(workspace, source, basis=basis, by=by, dry_run=dry_run, skip_errors=skip_errors)
    if source.unknown_columns:
        click.echo(f"Columns left aside: {', '.join(source.unknown_columns)}")
    for error in report.errors:
        click.echo(f"Left out, {error}", err=True)
    told = {
        "new": report.new, "changed": report.changed, "here already": report.same, "left earlier": report.stayed_out,
        "never to write to": report.suppressed, "twice in the file": report.duplicates, "broken": len(report.errors),
    }  # fmt: skip
    sums = " + ".join(f"{count:,} {words}" for words, count in told.items() if count) or "nothing"
    click.echo(f"{'Would take in' if dry_run else 'Took in'} {report.rows:,} rows = {sums}")


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
