"""What a check says: how grave it is, where it is, what is wrong, how to mend it, and who accepts it."""

from dataclasses import dataclass
from enum import StrEnum

from newsletter.content.issue import Waiver
from newsletter.content.problems import Location
from newsletter.errors import Problem


class Severity(StrEnum):
    """How grave a finding is; the order is the order in which findings are told."""

    BLOCKS = "blocks"  # the issue cannot be approved unless a named person waives it
    WARNS = "warns"  # somebody should look before approving
    NOTES = "notes"  # worth knowing; folded away by default


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a rule found."""

    rule: str  # id of the rule; a waiver names it
    severity: Severity
    message: str  # what is wrong, one sentence
    remedy: str  # how to mend it, one sentence
    file: str = ""  # path of issue.yaml; empty where the issue came from no file
    line: int | None = None  # 1 for the first line
    section: str = ""  # id of the section or event
    field: str = ""  # dotted path inside the section
    location: Location = ()  # steps from the root of issue.yaml; empty where it lies outside
    waiver: Waiver | None = None  # who accepts it and why
    quote: str = ""  # the very words meant
    instead: str = ""  # what "Fix it" puts in their place; empty where a person must think
    word: str = ""  # what "Never for this word" puts on the workspace's list; empty where that mends nothing

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of approval."""
        return self.severity is Severity.BLOCKS and self.waiver is None

    @property
    def told(self) -> str:
        """`file:line: section 'x', field y: message`, without the remedy."""
        return self._with_place(self.message)

    def __str__(self) -> str:
        """`file:line: section 'x', field y: message. Remedy.`"""
        return self._with_place(f"{self.message.rstrip('.')}. {self.remedy}")

    def _with_place(self, words: str) -> str:
        return str(Problem(message=words, file=self.file, line=self.line, section=self.section, field=self.field))

    def as_dict(self) -> dict[str, str | int | dict[str, str] | None]:
        """The finding as JSON takes it; `waiver` is null or the rule, person and reason."""
        return {
            "rule": self.rule,
            "severity": str(self.severity),
            "message": self.message,
            "remedy": self.remedy,
            "file": self.file,
            "line": self.line,
            "section": self.section,
            "field": self.field,
            "quote": self.quote,
            "instead": self.instead,
            "word": self.word,
            "waiver": self.waiver.model_dump() if self.waiver else None,
        }
