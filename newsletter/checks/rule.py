"""What a rule is: a small function that looks at a CheckContext, and the facts that explain it to people."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.spot import Spot


class Sight(StrEnum):
    """What a rule looks at."""

    SOURCE = "issue"  # the words and fields of issue.yaml
    HTML = "mail HTML"  # the HTML part as mailed
    TEXT = "plain text"  # the text part as mailed
    MESSAGE = "message"  # the bytes as mailed
    PAGE = "browser"  # the mail as Chromium shows it
    SETTINGS = "settings"  # newsletter.toml
    MAILING = "mailing"  # the list and the ledger
    NETWORK = "network"  # what a probe learnt from other machines


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong, as a rule sees it; the runner makes a Finding of it."""

    message: str  # what is wrong, one sentence that quotes the words meant
    spot: Spot = field(default_factory=Spot)
    severity: Severity | None = None  # where it differs from the rule's own
    remedy: str = ""  # where it differs from the rule's own
    file: str = ""  # where it lies outside the issue, such as in a template
    line: int | None = None  # line in that file
    quote: str = ""  # the very words meant, where they stand in the issue
    instead: str = ""  # what could stand in their place without a person thinking
    word: str = ""  # what the workspace's own words may take in, so that it is never found again


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One check. Its file is named after its id, with underscores."""

    id: str  # stable name; waivers and settings use it
    title: str  # what it finds, as the heading above findings
    severity: Severity  # of a fault that names no other
    looks_at: Sight
    why: str  # the source: a WCAG criterion, an RFC, a client's behaviour, a study
    remedy: str  # how to mend it, one sentence
    look: Callable[[CheckContext], Iterable[Fault]]
    needs: tuple[str, ...] = ()  # fields of CheckContext without which it is "not run"
