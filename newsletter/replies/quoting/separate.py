"""Tells what somebody wrote now from what they quote, forward, sign and append."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from newsletter.replies.mailboxes import Mailbox
from newsletter.replies.quoting.endings import without_endings
from newsletter.replies.quoting.marks import Mark, find_mark

_MAY_BEGIN_ONE = re.compile(r"[:\uff1a](?!//)|--|__|@")  # cheap to say no: nearly all quoted lines hold none of these


@dataclass(frozen=True, kw_only=True)
class Inner:
    """A mail that stands quoted or forwarded in the text of another."""

    sender: Mailbox | None
    recipients: tuple[Mailbox, ...]
    subject: str
    text: str  # its own words, up to the next mail inside
    forwarded: bool  # it stands under words that say so
    divided: bool  # under header lines or a dividing line, not under "Ann wrote:"


@dataclass(frozen=True, kw_only=True)
class Separated:
    """The layers of a mail's text."""

    new: str  # the words written now
    endings: str  # signatures, footers of phones, disclaimers
    quoted: str

    @cached_property
    def mark(self) -> Mark | None:
        """Where the outermost mail inside begins."""
        return next(_marks(self.quoted.split("\n")), None)

    @cached_property
    def inner(self) -> tuple[Inner, ...]:
        """The mails inside, the outermost first."""
        return tuple(_inner(self.quoted.split("\n")))


def separate(text: str) -> Separated:
    """Split a body; takes time in line with its length."""
    lines = text.split("\n")
    new, quoted = _new_lines(lines)
    words, endings = without_endings(new)
    return Separated(new=words, endings=endings, quoted="\n".join(quoted))


def _new_lines(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines that are new, and all that are not."""
    new: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        if _is_quoted(lines, at):
            quoted.append(lines[at])
        elif mark := find_mark(lines, at):
            if not _quotes_follow(lines, mark):
                return new, [*quoted, *lines[at:]]
            quoted.extend(lines[at : mark.end])
            at = mark.end
            continue
        else:
            new.append(lines[at])
        at += 1
    return new, quoted


def _is_quoted(lines: Sequence[str], at: int) -> bool:
    if lines[at][:1] == ">" != lines[at][1:2]:
        return True  # nearly all quoted lines
    line = lines[at].strip()
    if line.startswith(">"):
        return not (line.startswith(">>>") and line.endswith(">>>") and line.strip("> "))
    if line.startswith("|") and not line.endswith("|"):
        return any(near.startswith("|") for near in (*lines[max(at - 1, 0) : at], *lines[at + 1 : at + 2]))
    return bool(line) and 0 < at < len(lines) - 1 and _is_rest(lines[at - 1], line, lines[at + 1])


def _is_rest(above: str, line: str, below: str) -> bool:
    """The end of a quoted line that a program wrapped: people who answer in between leave blanks and write more."""
    if not (above.startswith(">") and below.startswith(">")):
        return False
    return " " not in line or "http" in line or (len(above) > 60 and line[:1].islower())


def _quotes_follow(lines: Sequence[str], mark: Mark) -> bool:
    following = next((line for line in lines[mark.end :] if line.strip()), "")
    return following.lstrip().startswith(">")


def _inner(quoted: Sequence[str]) -> Iterator[Inner]:
    marks = list(_marks(quoted))
    for mark, following in zip_longest(marks, marks[1:]):
        end = following.start if following else len(quoted)
        yield Inner(
            sender=mark.sender,
            recipients=mark.recipients,
            subject=mark.subject,
            text="\n".join(line.lstrip("> ") for line in quoted[mark.end : end]).strip(),
            forwarded=mark.forwarded,
            divided=mark.divided,
        )


def _marks(lines: Sequence[str]) -> Iterator[Mark]:
    at = 0
    while at < len(lines):
        mark = find_mark(lines, at) if _MAY_BEGIN_ONE.search(lines[at]) else None
        if mark:
            yield mark
        at = max(mark.end if mark else 0, at + 1)
