"""Markdown as editors may write it: CommonMark, tables and strikethrough; no HTML, no pictures, safe links only.

Two autolinks are ours: `<date:2025-11-27>` becomes that day in words and `<event:ID>` the day and times of an event.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from newsletter.content.links import SCHEMES as LINK_SCHEMES
from newsletter.content.links import check_url

__all__ = ["LINK_SCHEMES", "OWN_SCHEMES", "parse", "problems", "unwrapped", "walk"]

OWN_SCHEMES = ("date:", "event:")
_OWN_SLIP = re.compile(r"<\s*(date|event)\b[^<>]*>", re.IGNORECASE)


# A line that begins anew whatever stands above it, and one whose end is a line break of its own.
_BEGINS = re.compile(r"\s{4}|\s*(?:[-*+]\s|[>#|=]|---|```|~~~|\d{1,9}[.)]\s|$)")
_ENDS = re.compile(r"(?:  |\\)$|^\s*(?:[#|>]|```|~~~|$)")


@cache
def _parser() -> MarkdownIt:
    # html is on only so that HTML becomes tokens that `problems` can refuse; it is never rendered.
    parser = MarkdownIt("commonmark", {"html": True, "typographer": False}).enable(["table", "strikethrough"])
    parser.validateLink = bool  # type: ignore[method-assign, assignment]  # judged in `problems`, with a sentence
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]  # %-encoding would change what was typed
    return parser


def parse(text: str) -> list[Token]:
    """The token tree of a Markdown text."""
    return _parser().parse(text)


def walk(tokens: list[Token]) -> Iterator[Token]:
    """Every token, inline ones included, in reading order."""
    for token in tokens:
        yield token
        yield from walk(token.children or [])


def problems(text: str, events: Collection[str] | None, ids: Collection[str] | None = None) -> Iterator[str]:
    """A sentence for each thing in a text that readers must not get.

    `events` and `ids` are the names that `<event:ID>` and `[words](#ID)` may use; None where they are not known.
    """
    tokens = list(walk(parse(text)))
    tags = [token.content.strip() for token in tokens if token.type in ("html_inline", "html_block")]
    for tag in [tag for tag in tags if not tag.startswith("</")] or tags:  # an end is told only where it has no start
        yield f"HTML such as '{tag[:30]}' is not used here; write Markdown, or put a \\ before the <"
    for token in tokens:
        if token.type == "image":
            yield "a picture in the text would have no alt text; use the section's image field"
        elif token.type == "text" and (slip := _OWN_SLIP.search(token.content)):
            yield f"'{slip[0][:40]}' would be shown as it stands; write <date:2025-11-28> or <event:ID>"
        elif token.type == "link_open":
            yield from _link_problems(str(token.attrGet("href") or ""), events, ids)


def _link_problems(url: str, events: Collection[str] | None, ids: Collection[str] | None) -> Iterator[str]:
    scheme, _, rest = url.partition(":")
    try:
        if scheme == "date":
            date.fromisoformat(rest)
        elif scheme == "event":
            if events is not None and rest not in events:
                yield f"there is no event '{rest}' in this issue; add it under events"
        elif url.startswith("#"):
            if ids is not None and url[1:] not in ids:
                yield f"there is no section '{url[1:]}' in this issue; a link inside it names the id of a section"
        elif not url:
            yield "a link leads nowhere; write its address"
        else:
            check_url(url)
    except ValueError as error:
        yield f"'{rest}' is not a date; write <date:2025-11-28>" if scheme == "date" else str(error)


def unwrapped(text: str) -> str:
    """The text with each paragraph on one line, as people type it; unchanged where that would change its meaning."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and not _BEGINS.match(line) and not _ENDS.search(lines[-1]):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line)
    joined = "\n".join(lines)
    return joined if _meaning(joined) == _meaning(text) else text


def _meaning(text: str) -> list[tuple[str, str]]:
    """Tokens and words, with a line that was broken told like a space."""
    told: list[tuple[str, str]] = []
    for token in walk(parse(text)):
        kind, words = ("text", " ") if token.type == "softbreak" else (token.type, token.content)
        if kind == "text" and told and told[-1][0] == "text":
            told[-1] = ("text", told[-1][1] + words)
        elif kind != "inline":
            told.append((kind, words or str(token.attrGet("href") or "")))
    return told
