"""`newsletter test`: one copy to oneself."""

import click

from newsletter.cli.session import Session


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--to", required=True, help="Whom to send the copy to.")
@click.pass_obj
def test(session: Session, issue_id: str, to: str) -> None:
    """Send one copy of ISSUE to an address, with [TEST] in its subject; the issue `gallery` shows every section."""
    from newsletter.subscribers.addresses import parse_address

    issue, address = (
        session.workspace.load_issue(issue_id),
        parse_address(to, allow_smtputf8=True),
    )  # both judged before a file is made
    workspace = session.with_database()
    from newsletter.services.modes import is_practice
    from newsletter.services.trying import send_test

    url = send_test(workspace, issue, address, practice=is_practice(workspace))
    where = f"into {workspace.outbox / 'test'}" if url == "outbox:" else f"by {url}"
    click.echo(f"Sent a test copy {where}.")
