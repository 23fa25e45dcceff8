"""Test copies: one mail to oneself, [TEST] in its subject only, outside the ledger."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from newsletter.content.issue import Issue
from newsletter.errors import ConflictError
from newsletter.rendering import render, variants
from newsletter.rendering.message import Recipient
from newsletter.services.building import sample_message
from newsletter.services.routing import route_url
from newsletter.subscribers.addresses import Address
from newsletter.transports import open_transport
from newsletter.transports.base import Accepted, Envelope, Outcome, PlainForms
from newsletter.workspace import Workspace


class _Answers(PlainForms):
    """A journal for mails that no ledger knows: lets each go and keeps what became of it."""

    def __init__(self) -> None:
        """Nothing has been sent."""
        self.outcomes: list[Outcome] = []

    def settle(self, outcomes: Sequence[tuple[int, Outcome]], intents: Sequence[int]) -> AbstractSet[int]:
        """Keep the answers; every copy may go."""
        self.outcomes += [outcome for _, outcome in outcomes]
        return set(intents)


def send_test(workspace: Workspace, issue: Issue, to: Address, *, practice: bool) -> str:
    """Send every variant to one address; returns where it went, as a URL without secrets.

    Raises ConflictError with the server's words where it was sent back.
    """
    recipient = Recipient(address=to.deliverable, name=to.name)
    return send_samples(workspace, _envelopes(workspace, issue, recipient), folder="test", practice=practice)


def send_samples(workspace: Workspace, copies: Iterable[Envelope], *, folder: str, practice: bool) -> str:
    """Send some mails outside the ledger, now, in practice into a folder of the outbox. Raises as `send_test` does."""
    url = route_url(workspace, practice=practice)
    transport = open_transport(
        url, outbox=workspace.outbox / folder, password=workspace.smtp_password(), provider=workspace.provider_options()
    )
    answers = _Answers()
    transport.deliver(copies, answers)
    for outcome in answers.outcomes:
        if not isinstance(outcome, Accepted):
            raise ConflictError(f"The copy was not taken: {outcome.text or type(outcome).__name__}")
    return url


def _envelopes(workspace: Workspace, issue: Issue, recipient: Recipient) -> list[Envelope]:
    theme, signer, now = workspace.theme, workspace.signer(), datetime.now(UTC)
    return [
        Envelope(
            delivery_id=number,
            sender=workspace.config.sending.bounce_address or theme.publication.from_address,
            recipient=recipient.address,
            message=sample_message(issue, theme, rendered, recipient=recipient, is_test=True, signer=signer, sent=now),
        )
        for number, rendered in enumerate((render(issue, theme, variant) for variant in variants(issue)), 1)
    ]
