"""How long to wait before a delivery is tried again, and when to give up."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Growing delays up to a limit in days; RFC 5321 section 4.5.4.1 asks for patience of four to five days."""

    first: timedelta = timedelta(minutes=5)  # greylisting servers let a second try in after about this
    factor: int = 2
    longest: timedelta = timedelta(hours=4)
    give_up_after: timedelta = timedelta(days=4)  # counted from the first attempt, see `is_over`
    at_once: int = 2  # tries without delay where the connection died: that says nothing of the recipient
    jitter: float = 0.2  # of the delay is added at the most: who was put off together does not come back together

    def delay(self, attempt: int, *, answered: bool, delivery: int = 0, retry_after: float | None = None) -> timedelta:
        """How long to wait after this attempt, 1 for the first; never less than `retry_after` seconds, up to a day.

        The jitter is drawn from the delivery's number and the attempt: the same after a restart, another each time.
        """
        if not answered:
            attempt -= self.at_once
        asked = timedelta(seconds=min(retry_after or 0, 86_400))
        if attempt < 1:
            return asked
        doublings: int = self.factor ** min(attempt - 1, 30)  # beyond that only the longest delay is left
        grown = min(self.first * doublings, self.longest)
        return max(grown * (1 + self.jitter * _fraction(delivery, attempt)), asked)

    def is_over(self, begun: datetime, now: datetime) -> bool:
        """True when the time for trying is used up.

        `begun` is when this delivery was first tried: a mailing that takes days at its provider's pace must not give
        people of its last day a single try.
        """
        return now - begun > self.give_up_after


def _fraction(delivery: int, attempt: int) -> float:
    """Between 0 and 1, evenly spread and always the same for the same numbers."""
    return zlib.crc32(b"%d:%d" % (delivery, attempt)) / 2**32


PATIENT = RetryPolicy()
