"""Every exception of the project, drawn once. A class exists only where a caller decides by it.

NewsletterError                 anything this project raises on purpose; its text is safe to print
├── InputError                  what a person wrote or gave us is wrong: clear sentences, exit status 2
│   └── StaleSaveError          the file changed since it was read: show both texts, lose nothing
├── ConflictError               the act does not fit the present state (not approved, already sending): exit 1
│   └── SendingElsewhereError   another process of this workspace is sending: wait for it and look on
├── UnavailableError            something outside is missing or does not answer (server, browser, database): exit 3
│   └── RouteRefusedError       the server answers and will not take mail from us (sign-in, sender, size): a person
│                               must mend it before anything is tried again, so the mailing is held
└── UnsafeHeaderError           a value would break a mail header; nothing was built

A delivery's fate is no exception: transports return Accepted, Refused, TryLater or InDoubt as values.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong with an input, told so that a person can mend it."""

    message: str  # what is wrong and how to mend it, one or two sentences
    file: str = ""  # path as the person knows it
    line: int | None = None  # 1 for the first line
    section: str = ""  # id or type of the section
    field: str = ""  # dotted path inside the section

    def __str__(self) -> str:
        """`file:line: section 'x', field y: message`, leaving out what is not known."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        inner = ", ".join(
            part
            for part in (self.section and f"section '{self.section}'", self.field and f"field {self.field}")
            if part
        )
        return _on_one_line(": ".join(part for part in (place, inner, self.message) if part))


def _on_one_line(text: str) -> str:
    """What was written wrong is quoted back: its line breaks, terminal codes and direction marks must not act here."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


class NewsletterError(Exception):
    """Root of the tree; never raised itself."""


class InputError(NewsletterError):
    """What was written or given is wrong; carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        """Take a list of problems, or one plain sentence."""
        self.problems = (Problem(message=problems),) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StaleSaveError(InputError):
    """Somebody else saved the file in between; nothing was written."""


class ConflictError(NewsletterError):
    """The act does not fit the present state."""


class SendingElsewhereError(ConflictError):
    """Another process holds the sending lock of this workspace."""


class UnavailableError(NewsletterError):
    """Something outside this program is missing or does not answer."""


class RouteRefusedError(UnavailableError):
    """The way out refuses us, whoever the mail is for; trying again alone will not help."""


class UnsafeHeaderError(InputError):
    """A value holds CR, LF, NUL or another control that would break a mail header."""
