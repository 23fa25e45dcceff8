"""One line of `newsletter doctor`."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How it stands; absent facts are never told as good ones."""

    OK = "ok"
    MEND = "to mend"
    NOT_RUN = "not run"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that was looked at."""

    subject: str  # what was looked at, such as SPF
    health: Health
    message: str  # what was found, one sentence
    remedy: str = ""  # how to mend it
    record: str = ""  # the exact line for the DNS, where that is the remedy

    def as_dict(self) -> dict[str, str]:
        """The line as JSON takes it."""
        return {
            "subject": self.subject,
            "health": str(self.health),
            "message": self.message,
            "remedy": self.remedy,
            "record": self.record,
        }


def ok(subject: str, message: str) -> Line:
    """Nothing to do."""
    return Line(subject=subject, health=Health.OK, message=message)


def mend(subject: str, message: str, remedy: str = "", *, record: str = "") -> Line:
    """Something a person must do."""
    return Line(subject=subject, health=Health.MEND, message=message, remedy=remedy, record=record)


def not_run(subject: str, why: str) -> Line:
    """It was not looked at."""
    return Line(subject=subject, health=Health.NOT_RUN, message=why)
