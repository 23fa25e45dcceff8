"""How long to wait before a delivery is tried again, and when to give up."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Growing delays up to a limit in days; RFC 5321 section 4.5.4.1 asks for patience of four to five days."""

    first: timedelta = timedelta(minutes=5)  # greylisting servers let a second try in after about this
    factor: int = 2
    longest: timedelta = timedelta(hours=4)
    give_up_after: timedelta = timedelta(days=4)  # counted from the message's Date
    at_once: int = 2  # tries without delay where the connection died: that says nothing of the recipient

    def delay(self, attempt: int, *, answered: bool) -> timedelta:
        """How long to wait after this attempt, 1 for the first."""
        if not answered:
            attempt -= self.at_once
        if attempt < 1:
            return timedelta()
        doublings: int = self.factor ** min(attempt - 1, 30)  # beyond that only the longest delay is left
        return min(self.first * doublings, self.longest)

    def is_over(self, begun: datetime, now: datetime) -> bool:
        """True when the time for trying is used up."""
        return now - begun > self.give_up_after


PATIENT = RetryPolicy()
