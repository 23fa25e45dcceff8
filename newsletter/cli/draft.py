"""`newsletter draft`: an issue goes round for comment, and what came back."""

import click

from newsletter.cli.session import Session


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--to", multiple=True, metavar="ADDRESS", help="Whom to send it to; may be given several times.")
@click.option("--note", default="", help="What they should know, such as until when you want their answer.")
@click.option("--by", default="", metavar="NAME", help="Who sends it.")
@click.pass_obj
def draft(session: Session, issue_id: str, to: tuple[str, ...], note: str, by: str) -> None:
    """Send ISSUE to some people as a numbered DRAFT for comment; without --to, list what came back on it."""
    from newsletter.subscribers.addresses import parse_address

    addresses = [parse_address(address, allow_smtputf8=True) for address in to]
    workspace = session.with_database()
    from newsletter.services.commenting import remarks_on, send_draft

    if addresses:
        inbox = workspace.publication.reply_address
        sent = send_draft(workspace, issue_id, addresses, by=by, note=note)
        click.echo(f"Sent a draft of {issue_id} to {sent.people:,}; answers come to {inbox}.")
        return
    for place, remark in remarks_on(issue_id):
        done = "done: " if remark.settled_at else ""
        click.echo(f"{done}{place or 'the whole issue'}: {remark.text} ({remark.author})")
