"""`newsletter new`: the next issue."""

import click

from newsletter.cli.session import Session


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.pass_obj
def new(session: Session, issue_id: str) -> None:
    """Begin ISSUE, such as 2025-12, from the last one: recurring sections kept, past events dropped."""
    from newsletter.services.drafting import draft_next

    path = draft_next(session.workspace, issue_id)
    click.echo(f"Began {path}. Fill in what stands in [brackets]; `newsletter check {issue_id}` finds what is left.")
