"""Links read by words that say nothing: "here", "click here", "read more", or no words at all."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_EMPTY_WORDS = {
    "here", "click", "click here", "click this", "click this link", "click on this link", "read here", "see here",
    "view here", "from here", "on here", "over here", "register here", "sign up here", "find it here", "link",
    "the link", "this link", "this", "this page", "url", "yma", "cliciwch yma", "clicio yma", "dolen", "y ddolen",
}  # fmt: skip
_VAGUE_WORDS = {
    "more", "read more", "see more", "learn more", "find out more", "more info", "more information", "more details",
    "details", "read on", "continue", "continue reading", "read", "view", "open", "download", "website", "webpage",
    "web page", "watch", "watch now", "listen",
    "listen now", "read now", "find out", "click to watch", "click to read", "click to listen", "click to open",
    "click for more", "mwy", "darllen mwy", "darllenwch fwy", "rhagor", "rhagor o wybodaeth", "gwefan",
}  # fmt: skip


# What may stand before such words without saying more.
_LEAD = re.compile(
    r"^(?:(?:please|just|simply|and|or|by|at|on|via|through|using|use|follow|following|visit|go to) )+(?=.)"
)


def says_nothing(words: str) -> bool:
    """Whether the words of a link do not tell one place from another."""
    return _plain(words) in _EMPTY_WORDS | _VAGUE_WORDS


def look(context: CheckContext) -> Iterator[Fault]:
    """Judge the words of every link that an editor worded."""
    for link in context.links:
        words = _plain(link.words)
        if not link.labelled:
            continue
        if not words:
            message = f"the link to {link.url[:80]} has no words to be read by"
            yield Fault(message=message, spot=link.spot, severity=Severity.BLOCKS)
        elif words in _EMPTY_WORDS:
            yield Fault(
                message=f"the link '{link.words}' to {link.url[:80]} does not say where it leads", spot=link.spot
            )
        elif words in _VAGUE_WORDS:
            message = f"the link '{link.words}' to {link.url[:80]} says too little on its own"
            yield Fault(message=message, spot=link.spot, severity=Severity.WARNS)
        elif re.match(r"https?://|www\.", link.words):
            message = f"the link '{link.words[:60]}' is read out letter by letter"
            yield Fault(message=message, spot=link.spot, severity=Severity.NOTES)


def _plain(words: str) -> str:
    return _LEAD.sub("", re.sub(r"[\W_]+", " ", words).strip().casefold())


RULE = Rule(
    id="link-texts",
    title="Links that do not say where they lead",
    severity=Severity.BLOCKS,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 2.4.4 and 2.4.9: screen reader users go through a list of links, without the words around them.",
    remedy="Let the link's words name what the reader finds there, such as 'Read the annual report'.",
    look=look,
)
