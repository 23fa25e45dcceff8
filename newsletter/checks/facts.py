"""Facts that cost I/O: services learn them, rules only read them."""

from dataclasses import dataclass
from enum import StrEnum


class LinkOutcome(StrEnum):
    """What became of a visit to a link."""

    REACHED = "reached"
    MOVED = "moved"  # reached, at another address
    GONE = "gone"  # the site says that there is nothing here (404, 410)
    UNCLEAR = "unclear"  # the site answered, but not to a program (403, 429, 5xx)
    FAILED = "failed"  # no answer: name, connection, certificate, time
    PRIVATE = "private"  # an address inside somebody's own network; it was not visited


@dataclass(frozen=True, kw_only=True)
class LinkFact:
    """What is known of one link."""

    url: str  # as it stands in the issue
    outcome: LinkOutcome
    status: int | None = None  # HTTP status of the last answer
    lands_at: str = ""  # address after all redirects, if another
    detail: str = ""  # a few words for people, such as "it did not answer in time"
