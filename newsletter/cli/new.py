"""`newsletter new`: the next issue, or a short one that puts another right."""

import click

from newsletter.cli.session import Session
from newsletter.errors import InputError


@click.command()
@click.argument("issue_id", metavar="ISSUE", required=False, default="")
@click.option("--correcting", default="", metavar="ISSUE", help="A short correction of an issue that went out.")
@click.pass_obj
def new(session: Session, issue_id: str, correcting: str) -> None:
    """Begin ISSUE, such as 2025-12, from the last one: recurring sections kept, past events dropped."""
    if bool(issue_id) == bool(correcting):
        raise InputError("Name the month of the next issue, such as 2025-12, or an issue to correct with --correcting.")
    from newsletter.services.drafting import draft_correction, draft_next

    draft = draft_correction(session.workspace, correcting) if correcting else draft_next(session.workspace, issue_id)
    name = draft.parent.name
    click.echo(f"Began {draft}. Fill in what stands in [brackets]; `newsletter check {name}` finds what is left.")
    if correcting:
        click.echo(f"Approved, it goes to those who have that issue: newsletter send {name} --correcting {correcting}")
