"""Commands of `newsletter subscribers` about single people, and how many there are of each kind."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli.session import Session

if TYPE_CHECKING:
    from newsletter.services.story import Chapter, Story

BY = click.option(
    "--by", default="the command line", show_default=True, metavar="NAME", help="Who says so; it is recorded."
)
_ADDRESS = click.argument("address")


@click.command()
@_ADDRESS
@click.option("--basis", default="consent", show_default=True, help="Why we may write to them.")
@click.option("--reason", default="", help="How they asked.")
@click.option("--body", default="", help="The body they belong to.")
@click.option("--language", default="", help="The language they read, such as cy.")
@BY
@click.pass_obj
def add(session: Session, /, address: str, **facts: str) -> None:
    """Take one person in: an ADDRESS, or "Name <address>"."""
    workspace = session.with_database()
    from newsletter.services.subscribing import add_subscriber

    add_subscriber(workspace, address, **facts)
    click.echo("Added.")


@click.command()
@_ADDRESS
@click.option("--reason", default="", help="Why.")
@click.option("--for-good", is_flag=True, help="Never write there again, whatever is imported.")
@click.option("--no-notice", is_flag=True, help="Do not tell them, and offer no way back.")
@BY
@click.pass_obj
def remove(session: Session, address: str, reason: str, by: str, *, for_good: bool, no_notice: bool) -> None:
    """Take ADDRESS off the list at once; a short mail tells them, with a way back."""
    workspace = session.with_database()
    from newsletter.models import Mechanism
    from newsletter.services.deciding import take_off
    from newsletter.services.subscribing import find_subscriber, leave, stop

    person = find_subscriber(address)
    how = {"by": by, "reason": reason}
    if for_good:
        gone = stop(workspace, person, mechanism=Mechanism.STAFF, **how)
    elif no_notice:
        gone = leave(person, mechanism=Mechanism.STAFF, **how)
    else:
        gone = take_off(workspace, person, mechanism=Mechanism.STAFF, **how)
    click.echo("Removed." if gone else "This address had left already.")


@click.command()
@_ADDRESS
@click.argument("new")
@click.option("--reason", default="", help="Who said so.")
@BY
@click.pass_obj
def move(session: Session, address: str, new: str, reason: str, by: str) -> None:
    """Ask at the address NEW whether the newsletter shall go there in place of ADDRESS."""
    workspace = session.with_database()
    from newsletter.models import Mechanism
    from newsletter.services.deciding import ask_new_address
    from newsletter.services.subscribing import find_subscriber
    from newsletter.subscribers.addresses import parse_address

    person = find_subscriber(address)
    ask_new_address(workspace, person, parse_address(new), mechanism=Mechanism.STAFF, by=by, reason=reason)
    click.echo("The new address is asked; until its owner says yes, nothing changes.")


@click.command()
@_ADDRESS
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.pass_obj
def show(session: Session, address: str, *, as_json: bool) -> None:
    """Tell the whole story of ADDRESS: what is kept, why we may write there, what happened, what was sent."""
    workspace = session.with_database()
    from newsletter.services.story import story_of
    from newsletter.subscribers.addresses import parse_address

    story = story_of(workspace, parse_address(address))
    if as_json:
        click.echo(story.as_json())
    elif story.chapters:
        click.echo("\n\n".join(_chapter(story, chapter) for chapter in story.chapters))
    else:
        click.echo("Nothing is kept about this address.")


def _chapter(story: "Story", chapter: "Chapter") -> str:
    lines = [chapter.title]
    for row in chapter.rows:
        cells = [story.words(cell) for cell in row]
        named = zip(chapter.headings[1:], cells[1:], strict=True)
        rest = cells[1:] if len(cells) == 2 else [f"{name}: {cell}" for name, cell in named if cell]
        lines.append(f"  {cells[0]}  {'; '.join(rest)}")
    return "\n".join(lines)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.pass_obj
def whose(session: Session, file: Path) -> None:
    """Say which subscription a received mail came by: a FILE of it, or its header pasted at -.

    For somebody who wants to leave and is not on the list: their mail reached them at another address.
    """
    workspace = session.with_database()
    from newsletter.services.tracing import MOST_BYTES, whose

    with sys.stdin.buffer if str(file) == "-" else file.open("rb") as stream:
        raw = stream.read(MOST_BYTES + 1)
    for trace in whose(workspace, raw):
        person = f"{trace.person.address}, {trace.person.get_status_display()}" if trace.person else "erased since"
        issue = f", issue {trace.delivery.mailing.edition.issue_id}" if trace.delivery else ""
        click.echo(f"{person} (by {trace.sign}{issue})")


@click.command()
@_ADDRESS
@click.option("--by", required=True, metavar="NAME", help="Who says so; it is recorded.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def erase(session: Session, address: str, by: str, *, yes: bool) -> None:
    """Remove all that is kept about ADDRESS; only its owner can bring it back."""
    workspace = session.with_database()
    from newsletter.services.erasing import erase_address

    if not yes:
        click.confirm("Erase this person for good? It cannot be undone.", abort=True)
    done = erase_address(workspace, address, by=by)
    click.echo(f"Erased. Waiting mails that will not be sent: {done.skipped:,}")
    if done.under_way:
        click.echo(f"Mails that a mail server was just taking, and that may arrive: {done.under_way:,}")
    if copies := len(list((workspace.data / "backups").glob("*.sqlite3"))):
        click.echo(f"Copies of the database in data/backups may hold this person until you delete them: {copies:,}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@click.pass_obj
def stats(session: Session, *, as_json: bool) -> None:
    """How many people there are of each status."""
    session.with_database()
    from newsletter.services.subscribing import count_by_status

    counts = count_by_status()
    lines = (f"{count:>9,} {status}" for status, count in counts.items())
    click.echo(json.dumps(counts) if as_json else "\n".join(lines))
