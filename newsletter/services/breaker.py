"""Stops a mailing that is going wrong for everybody, before everybody has been refused.

Pure: it hears every outcome of a run and says once why the mailing must be held. `steering.hold` does it.
"""

from newsletter.content.wording import held_because
from newsletter.services.server_words import Fault, fault_of
from newsletter.transports.base import Accepted, Outcome


class Breaker:
    """Counts refusals on policy in a row; trips at once where the issue is too big. One for a run of a mailing."""

    def __init__(self, *, limit: int) -> None:
        """Take how many refusals on policy in a row are one too many."""
        self._limit = limit
        self._in_a_row = 0

    def hear(self, outcome: Outcome) -> str | None:
        """The reason to hold the mailing, in words for staff; None to go on.

        Only an acceptance ends a row: an unknown mailbox or a mail deferred says nothing of what they think of us.
        """
        fault = fault_of(outcome)
        if isinstance(outcome, Accepted):
            self._in_a_row = 0
        elif fault is Fault.TOO_BIG:
            return held_because("too_big", _status(outcome))
        elif fault is Fault.POLICY:
            self._in_a_row += 1
            if self._in_a_row >= self._limit:
                return held_because("policy", _status(outcome), count=self._in_a_row)
        return None


def _status(outcome: Outcome) -> str:
    """The numbers alone: a server's words may hold an address."""
    return " ".join(filter(None, (str(outcome.code or ""), outcome.enhanced))) or "without a code"
