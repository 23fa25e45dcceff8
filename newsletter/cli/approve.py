"""`newsletter approve`: freeze an issue in somebody's name."""

import click

from newsletter.cli.session import Session


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--by", required=True, metavar="NAME", help="Who approves.")
@click.pass_obj
def approve(session: Session, issue_id: str, by: str) -> None:
    """Approve ISSUE: what is approved is frozen and is what will be sent. Any later edit needs a new approval."""
    workspace = session.with_database()
    from newsletter.services.approving import approve as freeze
    from newsletter.services.gate import blocking_findings

    result = freeze(workspace, issue_id, by=by, gate=blocking_findings(workspace))
    click.echo(f"Approved {issue_id} by {', '.join(result.people)} ({len(result.people)} of {result.needed}).")
    if result.outdated:
        click.echo(f"The text was changed since {', '.join(result.outdated)} approved it; that approval is void.")
    if result.complete:
        click.echo(f"It is frozen and can be sent: newsletter send {issue_id}")
    else:
        click.echo(f"A second person must approve it: newsletter approve {issue_id} --by NAME")
