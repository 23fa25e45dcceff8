"""The gate before approval: what the checks say must not leave."""

from collections.abc import Sequence

from newsletter.content.issue import Issue
from newsletter.rendering import Rendered
from newsletter.services.approving import Gate
from newsletter.services.checking import look_over
from newsletter.workspace import Workspace


def blocking_findings(workspace: Workspace) -> Gate:
    """A gate that gives one sentence for each finding that blocks; empty where the issue may be approved."""

    def gate(issue: Issue, rendered: Sequence[Rendered]) -> Sequence[str]:
        report = look_over(workspace, issue, rendered)
        return [str(finding) for finding in report.blocking]

    return gate
