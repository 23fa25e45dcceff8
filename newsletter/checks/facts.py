"""Facts that cost I/O: services learn them, rules only read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

Spelling = Mapping[str, Mapping[str, tuple[str, ...]]]
"""For each language that a dictionary is there for: the words it does not know, with what it suggests."""

# Facts of a CheckContext that are not there by themselves, and what brings them.
LEARNT_BY: Mapping[str, str] = MappingProxyType(
    {
        "mails": "mend what could not be rendered",
        "link_facts": "--links visits them",
        "spelling": "install a dictionary, such as hunspell-en-gb, and the extra open-bulletin[spelling]",
        "spam": "--spam asks SpamAssassin, where it is installed",
        "pages": "--browser opens the mail in Chromium, with the extra open-bulletin[browser]",
        "mailing": "--mailing asks the list and the ledger",
        "domain": "--mailing asks the DNS",
        "tracked": "git is not here",
        "people": "[checks] people in newsletter.toml names who may sign",
        "messages": "mend what could not be rendered",
    }
)


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


@dataclass(frozen=True, kw_only=True)
class SpamRule:
    """One thing that SpamAssassin noticed."""

    points: float  # above 0 speaks for spam
    name: str
    says: str


@dataclass(frozen=True, kw_only=True)
class SpamFact:
    """What SpamAssassin says of one variant."""

    score: float
    required: float  # from here on it is called spam
    rules: tuple[SpamRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Blot:
    """One thing that a browser measured in a mail as shown."""

    words: str  # of the element
    detail: str  # colours, pixels


@dataclass(frozen=True, kw_only=True)
class PageFact:
    """One variant as Chromium shows it."""

    look: str  # such as "light", "dark" or "forced dark"
    width: int  # CSS pixels of the window
    overflow: int = 0  # CSS pixels by which it is wider than the window
    clipped: tuple[Blot, ...] = ()  # texts that do not fit their box
    faint: tuple[Blot, ...] = ()  # texts below the contrast that WCAG asks for
    small: tuple[Blot, ...] = ()  # targets below 24 by 24 CSS pixels with another one near


@dataclass(frozen=True, kw_only=True)
class MailingFact:
    """What the list and the ledger say of a mailing that is being thought of."""

    chosen: int  # people it would go to
    before: int | None = None  # people of the last finished mailing to the same segment; None where there is none
    doubled: int = 0  # people who would get two copies, at two ways of writing one address
    suppressed: int = 0  # people who are never to be written to and would be chosen
    unfinished: tuple[str, ...] = ()  # issues whose mailing is not at rest
    per_day: int | None = None  # quota
    seconds: float = 0  # until the last one left
    today: int = 0  # how many the quota lets go within 24 hours
    last_issue: date | None = None


@dataclass(frozen=True, kw_only=True)
class DomainFact:
    """What the DNS says of the domain that the newsletter is sent from."""

    problems: tuple[str, ...] = ()  # sentences; none where SPF, DKIM and DMARC are right
    unclear: tuple[str, ...] = ()  # what could not be asked
