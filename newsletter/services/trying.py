"""Test copies: one mail to oneself, [TEST] in its subject only, outside the ledger."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from newsletter.content.issue import Issue
from newsletter.errors import ConflictError
from newsletter.rendering import render, variants
from newsletter.rendering.message import Recipient
from newsletter.services.building import sample_message
from newsletter.services.routing import route_url
from newsletter.subscribers.addresses import Address
from newsletter.transports import open_transport
from newsletter.transports.base import Accepted, Envelope, Outcome
from newsletter.workspace import Workspace


class _Answers:
    """A journal for mails that no ledger knows: lets each go and keeps what became of it."""

    def __init__(self) -> None:
        """Nothing has been sent."""
        self.outcomes: list[Outcome] = []

    def intent(self, ids: Sequence[int]) -> AbstractSet[int]:
        """Every copy may go."""
        return set(ids)

    def outcome(self, _delivery_id: int, outcome: Outcome) -> None:
        """Keep the answer."""
        self.outcomes.append(outcome)


def send_test(workspace: Workspace, issue: Issue, to: Address, *, practice: bool) -> str:
    """Send every variant to one address; returns where it went, as a URL without secrets.

    Raises ConflictError with the server's words where it was sent back.
    """
    recipient = Recipient(address=to.deliverable, name=to.name)
    url = route_url(workspace, practice=practice)
    transport = open_transport(url, outbox=workspace.outbox / "test", password=workspace.smtp_password())
    answers = _Answers()
    transport.deliver(_envelopes(workspace, issue, recipient), answers)
    for outcome in answers.outcomes:
        if not isinstance(outcome, Accepted):
            raise ConflictError(f"The test copy was not taken: {outcome.text or type(outcome).__name__}")
    return url


def _envelopes(workspace: Workspace, issue: Issue, recipient: Recipient) -> list[Envelope]:
    theme = workspace.theme
    return [
        Envelope(
            delivery_id=number,
            sender=theme.publication.from_address,
            recipient=recipient.address,
            message=sample_message(issue, theme, render(issue, theme, variant), recipient=recipient, is_test=True),
        )
        for number, variant in enumerate(variants(issue), 1)
    ]
