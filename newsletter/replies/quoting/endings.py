"""What stands at the end or the top of a mail and is nobody's message: signatures, phone footers, disclaimers."""

import re
from collections.abc import Sequence

from newsletter.replies.quoting.words import MOBILE, plain

_DELIMITER = re.compile(r"(--|\u2013|\u2014|---|__)\s*")  # RFC 3676 section 4.3 has "-- "; people type the others
_RULE = re.compile(r"[-_=*\u2014]{5,}\s*")
_LONGEST_SIGNATURE = 15  # lines
_DISCLAIMER = re.compile(
    r"\W*(disclaimer\b|confidentiality notice|legal notice|privileged (and|/) confidential|private (and|&) confidential"
    r"|(this|the) (e-?mail|message|communication|transmission|electronic mail|information)\b.{0,80}\b(confidential|privileged|intended (only |solely )?for|scanned|monitored|virus|addressee|intended recipient|is intended)"
    r"|(the )?(information|contents?) (contained )?(in|of) this (e-?mail|message|communication)"
    r"|if you (are not|have received this|aren't) (the (intended|named) |this |an intended |)(recipient|e-?mail|message|addressee|in error)"
    r"|(please )?(consider|think of|think about) the environment|save paper|scanned by|this e-?mail (was|has been) (sent|scanned|checked)"
    r"|(mae'r|mae'r) (neges|e-?bost|wybodaeth)\b.{0,80}\b(cyfrinachol|bwriadu|bwriedir|derbynnydd)|ymwadiad"
    r"|any views or opinions|internet (e-?mail|communications?) (is|are|may) not|e-?mails? (may be|are) monitored"
    r"|diese e-?mail (enthält|kann)|ce (message|courriel)\b.{0,60}confidenti|este (mensaje|correo)\b.{0,60}confidencial)",
)
_BANNER = re.compile(
    r"\W*(caution|warning|external( e-?mail| sender| message)?|rhybudd|be aware|allanol)\b\W.{0,200}|"
    r"\W*this (e-?mail|message) (originated|came|was sent|is) from (outside|an external|someone outside).*|"
    r"\W*(you don't often get (e-?mail|mail) from|some people who received this message don't often get).*|"
    r"\W*(do not|don't) (click|open)\b.{0,60}\b(links?|attachments?).*|"
    r"\W*official(\W+sensitive)?([\s:-]+(personal|commercial|local|locsen))?\W*|\W*swyddogol\W*|\W*\[?external\]?\W*"
)


def without_endings(lines: Sequence[str]) -> tuple[str, str]:
    """The words of a mail, and what was cut from their end."""
    kept = list(lines)
    _strip_blank(kept)
    while kept and len(kept[0]) < 400 and _BANNER.fullmatch(plain(kept[0])):
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
