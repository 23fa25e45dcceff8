"""What stands at the end or the top of a mail and is nobody's message: signatures, phone footers, disclaimers."""

import re
from collections.abc import Sequence

from newsletter.replies.phrases import patterns
from newsletter.replies.quoting.words import MOBILE, plain

_DELIMITER = re.compile(r"(--|\u2013|\u2014|---|__)\s*")  # RFC 3676 section 4.3 has "-- "; people type the others
_RULE = re.compile(r"[-_=*\u2014]{5,}\s*")
_LONGEST_SIGNATURE = 15  # lines
_WORDS = patterns("endings")
_DISCLAIMER = re.compile(rf"\W*(?:{_WORDS['disclaimer'].pattern})")


def without_endings(lines: Sequence[str]) -> tuple[str, str]:
    """The words of a mail, and what was cut from their end."""
    kept = list(lines)
    _strip_blank(kept)
    while kept and len(kept[0]) < 400 and _WORDS["banner"].fullmatch(plain(kept[0])):
        kept.pop(0)
        _strip_blank(kept)
    end = min(_disclaimer(kept), _signature(kept))
    end = min(end, _footer(kept[:end]))
    return "\n".join(kept[:end]).strip("\n"), "\n".join(kept[end:]).strip("\n")


def _strip_blank(lines: list[str]) -> None:
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()


def _disclaimer(lines: Sequence[str]) -> int:
    """Where the first disclaimer begins; what people write themselves stands before it."""
    for at, line in enumerate(lines):
        if at and len(line) > 15 and _DISCLAIMER.match(plain(line[:300])):
            return _back_over_rule(lines, at)
    return len(lines)


def _back_over_rule(lines: Sequence[str], at: int) -> int:
    above = at - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    return above if above > 0 and _RULE.fullmatch(lines[above]) else at


def _signature(lines: Sequence[str]) -> int:
    for at, line in enumerate(lines):
        if (_DELIMITER.fullmatch(line) or _RULE.fullmatch(line)) and at and len(lines) - at <= _LONGEST_SIGNATURE:
            return at
    return len(lines)


def _footer(lines: Sequence[str]) -> int:
    """Where `Sent from my phone` begins: one of the last lines that hold words."""
    seen = 0
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].strip():
            seen += 1
            if len(lines[at]) < 200 and MOBILE.match(plain(lines[at]).lstrip("<[(- ")):
                return at
        if seen > 4:
            break
    return len(lines)
