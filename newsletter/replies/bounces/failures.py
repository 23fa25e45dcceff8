"""One address that failed: its codes, the words of the mail system, and what they mean for the address."""

import re
from dataclasses import dataclass
from functools import cached_property

from newsletter.replies.phrases import either, tables

_LONGEST = 2000  # characters of a mail system's words that are looked at
_CAUSES = tables("causes")
_PATTERNS = {name: either(cause["words"]) for name, cause in _CAUSES.items()}
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_AFTER_DATA = re.compile(
    r"\bend of data\b|\bDATA\s+command|command:?\s+DATA|^>>> DATA\s+<<<", re.IGNORECASE | re.MULTILINE
)
_LOCAL_PROGRAM = re.compile(r"\bx-unix;|\bprocmail\b|\bmaildrop\b|couldn.t create|command died", re.IGNORECASE)
_AT_RECIPIENT = re.compile(r"\bRCPT TO\b", re.IGNORECASE)
_SMTP = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-]|$)")
# RFC 3463 and the IANA registry of enhanced codes. 5.7.x and 5.0.0 say nothing of the address.
_CERTAIN = {"5.1.1", "5.1.2", "5.1.6", "5.1.10"}
_DEAD_STATUS = {*_CERTAIN, "5.1.0", "5.1.3", "5.1.4", "5.4.4"}
_ELSEWHERE = ("5.2.", "5.3.", "5.4.", "5.6.", "5.7.")  # the mailbox, the system, the way, the content, a policy
_DOUBTED = ("full", "suspended", "sender", "authentication", "blocked")  # words that beat a code


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a mail system said of one recipient."""

    address: str = ""  # the one that failed
    written_to: str = ""  # the one we wrote to, where the report says that mail was passed on
    status: str = ""  # enhanced, RFC 3463
    words: str = ""  # its own words
    delayed: bool = False  # it goes on trying

    @cached_property
    def cause(self) -> str:
        """The name of the cause in words/causes.toml, or empty where its words say none that we know."""
        words = " ".join(self.words[:_LONGEST].lower().split())
        return next((name for name, pattern in _PATTERNS.items() if pattern.search(words)), "")

    @property
    def dead(self) -> bool:
        """The address will never work again."""
        if self.delayed or self.code.startswith("4"):
            return False
        if self._filtered or self._undefined:
            return False
        if self.code in _CERTAIN:
            return self.cause not in _DOUBTED
        if self.cause == "unlikely":
            return self.code in _DEAD_STATUS or not self.code.startswith(_ELSEWHERE)
        return bool(_CAUSES[self.cause]["dead"]) if self.cause else self.code in _DEAD_STATUS

    @property
    def _undefined(self) -> bool:
        """5.0.0, "other undefined status", beside a bare 550: carriers' filters answer so, of addresses that live."""
        return self.code == "5.0.0" and bool(self.smtp_code) and not _AT_RECIPIENT.search(self.words)

    @property
    def _filtered(self) -> bool:
        """Said after the whole mail was taken, or of a mailbox that is there, "user unknown" is often a lie."""
        of_mailbox = self.code.startswith("5.2.") and not _AT_RECIPIENT.search(self.words)
        after_data = self.code not in _CERTAIN and bool(_AFTER_DATA.search(self.words))
        return of_mailbox or after_data or bool(_LOCAL_PROGRAM.search(self.words))

    @property
    def code(self) -> str:
        """The enhanced code, from its field or its words; where the field says nothing, the words win."""
        inside = STATUS.search(self.words)
        if inside and (not self.status or self.status.endswith(".0.0")):
            return inside[0]
        return self.status

    @property
    def smtp_code(self) -> str:
        """The three digits, such as 550."""
        found = _SMTP.search(self.words)
        return found[1] if found else ""

    @property
    def says(self) -> str:
        """The cause in plain words."""
        if self.delayed:
            return "their system is still trying"
        known = _CAUSES[self.cause]["says"] if self.cause else ""
        return str(known or ("the address does not exist" if self.dead else "it came back and does not say why"))
