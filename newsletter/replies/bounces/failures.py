"""One address that failed: its codes, the words of the mail system, and what they mean for the address."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

_LONGEST = 2000  # characters of a mail system's words that are looked at
_CAUSES: Mapping[str, dict[str, Any]] = tomllib.loads(
    files(__package__).joinpath("causes.toml").read_text(encoding="utf-8")
)
_PATTERNS = {name: re.compile("|".join(cause["words"])) for name, cause in _CAUSES.items()}
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_AFTER_DATA = re.compile(r"\bend of data\b|\bDATA command|command: DATA|command DATA", re.IGNORECASE)
_SMTP = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-]|$)")
# RFC 3463 and the IANA registry. 5.7.x and 5.0.0 say nothing of the address; 5.2.1 and 5.2.2 may pass.
_DEAD_STATUS = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.4.4"}


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a mail system said of one recipient."""

    address: str = ""
    status: str = ""  # enhanced, RFC 3463
    words: str = ""  # its own words
    delayed: bool = False  # it goes on trying

    @cached_property
    def cause(self) -> str:
        """The name of the cause in causes.toml, or empty where its words say none that we know."""
        words = " ".join(self.words[:_LONGEST].lower().split())
        return next((name for name, pattern in _PATTERNS.items() if pattern.search(words)), "")

    @property
    def dead(self) -> bool:
        """The address will never work again."""
        if self.delayed or self.code.startswith("4"):
            return False
        if self.code.startswith("5.2.") or _AFTER_DATA.search(self.words):
            return False  # "user unknown" after the whole mail was taken, or of a mailbox: often a filter that lies
        if self.cause:
            return bool(_CAUSES[self.cause]["dead"])
        return self.code in _DEAD_STATUS

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
