"""What a rule is: a small function with a name that looks at a Reading and says what it saw, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from newsletter.replies.reading import Reading
from newsletter.replies.verdict import Reason, Verdict


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What a rule of kinds found."""

    verdict: Verdict  # the kind, and what else the rule could tell
    says: str  # what it saw, a few words
    quote: str = ""  # the words of the mail that it saw


@dataclass(frozen=True, kw_only=True)
class KindRule:
    """One way of telling what sort of mail it is; the first that sees something decides."""

    name: str
    why: str  # the standard, or the habit of programs, that it goes by
    look: Callable[[Reading], Sighting | None]

    def reason(self, seen: Sighting) -> Reason:
        """The reason it gives for what it saw."""
        return Reason(rule=self.name, says=seen.says, quote=seen.quote)
