"""Where a quoted or forwarded mail begins: a dividing line, a block of header lines, or "On Monday Ann wrote:".

Each finder looks at one line of a text and those after it. What programs write is in languages.toml; the shapes are
the same in every language, so that also a language which is not in the table is mostly understood.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest

from newsletter.replies.mailboxes import ADDRESS, Mailbox, read_mailboxes
from newsletter.replies.quoting.words import FORWARDED, HEADER_ROLES, OPENER, ORIGINAL, WROTE, plain

_LONGEST_LINE = 1000  # characters of a line that are looked at
_LONGEST_ATTRIBUTION = 400
_REMEMBERED = 2048  # lines, each of which is looked at as the start and as the middle of several marks
_HEADER = re.compile(r"([^\W\d_][^:\uff1a<>@\n]{0,28}?)\s?[:\uff1a]\s*(.*)")
_HEADER_NAME = re.compile(r"[^\W\d_][^\d]{0,18}")  # in a language that is not in the table
_RUN_TOGETHER = re.compile(
    rf"({'|'.join(re.escape(name) for name in HEADER_ROLES if len(name) > 1)})\s?:\s", re.IGNORECASE
)
_INLINE_HEADER = re.compile(r"(?<!\S)\*?([^\W\d_][\w -]{0,14}?)\*?\s?:\*?\s")
_DASHED = re.compile(r"[-_=*~#\u2014\u2500]{2,}\s*(\S.{2,100}?)\s*[-_=*~#>|\u2014\u2500]{2,}\s*:?")
_DASHED_AND_MORE = re.compile(r"-{3,}\s*([^-]{3,80}?)\s*-{3,}\s+(\S.*)")  # Yahoo: all header lines in one
_HALF_DASHED = re.compile(r"[-_=*~#\u2014\u2500]{2,}\s*(\S.{2,100})")
_RULE = re.compile(r"[-_=*\u2014\u2500]{4,}")
_DIGIT = re.compile(r"\d")
_TIME = re.compile(
    r"\b\d{1,2}[:.h]\d{2}\b|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b(?:19|20)\d\d\b|\d{4}\s?\u5e74|\d\s?(?:am|pm)\b"
    r"|\b\d{1,2}\.? (?:jan|feb|m[aä]r|apr|ma[yi]|jun|jul|aug|sep|o[ck]t|nov|de[cz])",
    re.IGNORECASE,
)
_GROUPWISE = re.compile(r">>>\s*(\S.*?)\s*>>>?")
_LINK = re.compile(r"<mailto:[^<>]*>")
_QUOTED = re.compile(r"[\"\u201e\u201c]([^\"\u201d]{2,60})[\"\u201d]")
_AROUND_ADDRESS = re.compile(
    r"<\s*(?:mailto:)?\s*[^<>@\s]+@[^<>@\s]+\s*>|\(\s*[^()@\s]+@[^()@\s]+\s*\)|\[mailto:[^\]]+\]"
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The lines that introduce a quoted mail, and what they say of it."""

    start: int  # first line
    end: int  # the line after the last
    forwarded: bool = False  # the words for forwarding stand there
    divided: bool = False  # a dividing line or header lines, not an attribution
    sender: Mailbox | None = None
    recipients: tuple[Mailbox, ...] = ()
    subject: str = ""


def find_mark(lines: Sequence[str], at: int) -> Mark | None:
    """The mark that begins at a line, if one does."""
    line = bare(lines[at])
    if not line:
        return None
    return _divider(lines, at, line) or _headers(lines, at) or _attribution(lines, at)


@lru_cache(maxsize=_REMEMBERED)
def bare(line: str) -> str:
    """A line without the marks of quotation and bold letters around it."""
    return line[:_LONGEST_LINE].lstrip("> \t|").replace("*", "").strip()


def _divider(lines: Sequence[str], at: int, line: str) -> Mark | None:
    if (found := _GROUPWISE.fullmatch(lines[at].strip())) and (_TIME.search(found[1]) or "@" in found[1]):
        return Mark(start=at, end=at + 1, sender=_only(found[1]))
    if _RULE.fullmatch(line.replace(" ", "")):
        block = _headers(lines, _next_words(lines, at + 1))
        return replace(block, start=at) if block else None
    if (found := _DASHED_AND_MORE.match(line)) and FORWARDED.match(plain(found[1])):
        return replace(_mark(_inline_headers(found[2], run_together=True), at, at + 1), forwarded=True)
    dashed = _DASHED.fullmatch(line) or _HALF_DASHED.fullmatch(line)
    words = plain(dashed[1] if dashed else line)
    forwarded = FORWARDED.match(words)
    known = forwarded or (dashed and ORIGINAL.match(words))
    if not known and not dashed:
        return None
    block = _headers(lines, _next_words(lines, at + 1), least=1 if known else 2)
    if not known and not block:
        return None
    if not dashed and not block and not (line.endswith((":", "\uff1a")) and len(words) < 60):
        return None
    if block:
        return replace(block, start=at, forwarded=bool(forwarded))
    return Mark(start=at, end=at + 1, forwarded=bool(forwarded), divided=True, sender=_only(words))


def _headers(lines: Sequence[str], at: int, least: int = 2) -> Mark | None:
    """A block of header lines; `least` is how many of their names must be known."""
    named, end = _named_lines(lines, at)
    roles: dict[str, str] = {}
    for name, value in named:
        roles.setdefault(HEADER_ROLES.get(plain(name), ""), value)
    unknown = roles.pop("", None) is not None
    if len(roles) < least or not _plausible(roles, least):
        inline = _inline_headers(bare(lines[at])) if at < len(lines) else {}
        if len(inline) > 2:
            roles, end = inline, at + 1
        elif not unknown or not _like_headers([value for _, value in named]):
            return None
        else:
            roles = {"sender": next(value for _, value in named if "@" in value)} | roles
    return _mark(roles, at, end)


def _mark(roles: Mapping[str, str], start: int, end: int) -> Mark:
    return Mark(
        start=start,
        end=end,
        divided=True,
        sender=_writer(roles.get("sender", "")),
        recipients=read_mailboxes(_without_links(roles.get("to", ""))),
        subject=roles.get("subject", "").strip(),
    )


def _named_lines(lines: Sequence[str], at: int) -> tuple[list[tuple[str, str]], int]:
    """`Name: value` lines that follow each other, long lists of people folded, and the line after them."""
    named: list[tuple[str, str]] = []
    end = at
    while end < min(len(lines), at + 20):
        line = bare(lines[end])
        found = _HEADER.match(line)
        if (
            found
            and not found[1].casefold().startswith("http")
            and (plain(found[1]) in HEADER_ROLES or _HEADER_NAME.fullmatch(found[1]))
        ):
            named.append((found[1], found[2]))
        elif line and named and _header_on(lines, end + 1) and ("@" in line or ";" in line or not named[-1][1]):
            named[-1] = (named[-1][0], f"{named[-1][1]} {line}")
        elif line or len(named) != 1 or not _header_on(lines, end + 1):
            break
        end += 1
    return named, end


def _header_on(lines: Sequence[str], at: int) -> bool:
    found = _HEADER.match(bare(lines[at])) if at < len(lines) else None
    return bool(found and plain(found[1]) in HEADER_ROLES)


def _plausible(roles: Mapping[str, str], least: int) -> bool:
    """Somebody's own list "From: Leeds / To: York" is no header block: that has an address, a time, or more names."""
    if not {"sender", "date", "to"} & roles.keys():
        return False
    values = " ".join(roles.values())
    return least < 2 or ("sender" in roles and (len(roles) > 2 or bool(ADDRESS.search(values) or _TIME.search(values))))


def _like_headers(values: Sequence[str]) -> bool:
    """Header lines in a language that we have no words of: an address, a time, and something more."""
    return len(values) > 2 and bool(_AROUND_ADDRESS.search(" ".join(values))) and any(map(_TIME.search, values))


def _inline_headers(line: str, *, run_together: bool = False) -> dict[str, str]:
    """`From: Ann <a@b.example> Sent: Monday To: …` in one line, as HTML without line breaks becomes."""
    pattern = _RUN_TOGETHER if run_together else _INLINE_HEADER
    found = [match for match in pattern.finditer(line) if plain(match[1]) in HEADER_ROLES]
    if not found or found[0].start() > 0:
        return {}
    roles: dict[str, str] = {}
    for match, following in zip_longest(found, found[1:]):
        value = line[match.end() : following.start() if following else len(line)]
        roles.setdefault(HEADER_ROLES[plain(match[1])], value)
    return roles


def _attribution(lines: Sequence[str], at: int) -> Mark | None:
    """`On 3 May 2025 at 10:00, Ann <a@b.example> wrote:`, over up to six lines, in any language."""
    if not any("@" in line or _may_end_one(bare(line)) for line in lines[at : at + 6]):
        return None
    first = bare(lines[at])
    opens = bool(OPENER.match(plain(first)) or _timed(first) or "@" in first)
    for end in range(at + 1, min(at + 7, len(lines) + 1)):
        joined = " ".join(map(bare, lines[at:end]))
        if len(joined) > _LONGEST_ATTRIBUTION or (end > at + 1 and not bare(lines[end - 1]) and not opens):
            return None
        ends = "@" in joined or _may_end_one(bare(lines[end - 1]))
        if ends and _is_attribution(joined, quoted_after=_quoted(lines, end)):
            starts_later = any(_starts_later(lines, later, end, opens=opens) for later in range(at + 1, end))
            return None if starts_later else Mark(start=at, end=end, sender=_only(joined))
    return None


def _timed(text: str) -> bool:
    """It names a day or an hour; nearly no line holds a digit at all."""
    return _DIGIT.search(text) is not None and _TIME.search(text) is not None


@lru_cache(maxsize=_REMEMBERED)
def _may_end_one(line: str) -> bool:
    """Cheap: nearly no line ends in a colon or holds the verb, and an address was looked for already."""
    return line.endswith((":", "\uff1a")) or WROTE.search(plain(line[-80:])) is not None


def _starts_later(lines: Sequence[str], at: int, end: int, *, opens: bool) -> bool:
    """What was written last may stand right above the attribution, with no blank line between."""
    rest = " ".join(map(bare, lines[at:end])).strip()
    return (not opens or bool(OPENER.match(plain(rest)))) and _is_attribution(rest, quoted_after=_quoted(lines, end))


def _is_attribution(text: str, *, quoted_after: bool) -> bool:
    addressed = bool(_AROUND_ADDRESS.search(text))
    timed = _timed(text)
    if not (addressed or timed or quoted_after):
        return False
    words = plain(text)
    verb = next(iter(WROTE.finditer(words[-60:])), None)
    ends = words.endswith((":", "\uff1a"))
    if verb and (ends or words.endswith(verb[0])) and (timed or addressed or quoted_after):
        return True
    return timed and ((ends and (addressed or bool(OPENER.match(words)))) or (quoted_after and addressed))


def _quoted(lines: Sequence[str], at: int) -> bool:
    following = _next_words(lines, at)
    return following < len(lines) and lines[following].lstrip().startswith(">")


def _next_words(lines: Sequence[str], at: int) -> int:
    """The next line with words, at most three on; otherwise where the text ends."""
    for place in range(at, min(at + 3, len(lines))):
        if bare(lines[place]):
            return place
    return len(lines)


def _without_links(text: str) -> str:
    """Outlook writes `Ann<mailto:a@b.example> <a@b.example<mailto:a@b.example>>` and `Ann [mailto:a@b.example]`."""
    bracketed = text.replace("[mailto:", "<").replace("]", ">").replace("(mailto:", "<")
    unlinked = _LINK.sub("", bracketed)
    return unlinked if "@" in unlinked else bracketed


def _writer(text: str) -> Mailbox | None:
    """The one mailbox of a From line, where a name may hold a comma."""
    text = _without_links(text)
    found = ADDRESS.search(text)
    if not found:
        return None
    name = text[: found.start()].rstrip("<( \t").strip("\"' ,")
    return Mailbox(address=found[0].removeprefix("mailto:"), name=" ".join(name.split()))


def _only(text: str) -> Mailbox | None:
    """The mailbox of an attribution; of its name, what stands between quotation marks or right before the address."""
    found = _writer(text)
    if not found:
        return None
    quoted = _QUOTED.search(text)
    words = quoted[1] if quoted else re.split(r"[\d:,]|\b(?:am|pm)\b|[+-]\d{4}", found.name)[-1]
    return replace(found, name=" ".join(words.split()))
