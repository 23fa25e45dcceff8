"""`newsletter approve`: freeze an issue in somebody's name."""

import click

from newsletter.cli.session import Session
from newsletter.content.wording import at_moment


@click.command()
@click.argument("issue_id", metavar="ISSUE")
@click.option("--by", required=True, metavar="NAME", help="Who approves.")
@click.option("--alone", default="", metavar="REASON", help="Why one person is enough; the rest of the team is told.")
@click.pass_obj
def approve(session: Session, issue_id: str, by: str, alone: str) -> None:
    """Approve ISSUE: what is approved is frozen and is what will be sent. Any later edit needs a new approval."""
    workspace = session.with_database()
    from newsletter.services.approving import approve as freeze
    from newsletter.services.gate import blocking_findings
    from newsletter.services.schedules import local

    result = freeze(workspace, issue_id, by=by, gate=blocking_findings(workspace), alone_because=alone)
    click.echo(f"Approved {issue_id} by {', '.join(result.people)} ({len(result.people)} of {result.needed}).")
    if result.outdated:
        click.echo(f"The text was changed since {', '.join(result.outdated)} approved it; that approval is void.")
    if result.leaves_from:
        click.echo(f"It can leave from {at_moment(local(workspace, result.leaves_from))} on; the team has been told.")
    if result.complete:
        click.echo(f"It is frozen and can be sent: newsletter send {issue_id}")
    else:
        click.echo(f"A second person must approve it: newsletter approve {issue_id} --by NAME")
