"""A transport that keeps what it is given: the fake that ships, held to the same conformance suite as the real ones."""

from collections.abc import Callable, Iterable

from newsletter.transports.base import Accepted, Envelope, Journal, Outcome, Pause, unhurried


def _accept(_envelope: Envelope) -> Outcome:
    return Accepted(code=250, text="kept in memory")


class MemoryTransport:
    """Keeps accepted envelopes in `delivered`; `answer` decides each one's fate, acceptance by default."""

    name = "memory"
    connections = 1

    def __init__(self, answer: Callable[[Envelope], Outcome] = _accept) -> None:
        """Take the rule by which envelopes are answered; it may raise UnavailableError as a real route would."""
        self.delivered: list[Envelope] = []
        self._answer = answer

    def probe(self) -> None:
        """Always ready."""

    def deliver(self, envelopes: Iterable[Envelope | Pause], journal: Journal) -> None:
        """Answer each granted envelope in turn."""
        for envelope in unhurried(envelopes):
            if envelope.delivery_id not in journal.intent([envelope.delivery_id]):
                continue
            outcome = self._answer(envelope)
            if isinstance(outcome, Accepted):
                self.delivered.append(envelope)
            journal.outcome(envelope.delivery_id, outcome)
