"""Addresses that a slip of copying broke: a full stop at the end, https twice, a mail address without its end."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import LinkUse
from newsletter.checks.rule import Fault, Rule, Sight

_TWICE = re.compile(r"https?:/*https?[:/]|https?://\w*https?:", re.IGNORECASE)
_MAILBOX = re.compile(r"[^@\s,;]+@[\w-]+(?:\.[\w-]+)+")
_SLIPS = ((re.compile(r"[.,;:'\"]$"), "ends with a mark of the sentence"), (re.compile(r"%20$|\s"), "holds a space"))


def look(context: CheckContext) -> Iterator[Fault]:
    """Judge every address by its form alone."""
    for link in context.links:
        parts = urlsplit(link.url)
        if parts.scheme == "mailto":
            if not all(_MAILBOX.fullmatch(unquote(box)) for box in parts.path.split(",")):
                yield _fault(link, "is no mail address", Severity.BLOCKS)
        elif _TWICE.search(link.url):
            yield _fault(link, "begins twice", Severity.BLOCKS)
        elif parts.scheme in ("http", "https") and "." not in (parts.hostname or "") and parts.hostname != "localhost":
            yield _fault(link, "names no website", Severity.BLOCKS)
        else:
            says = next((says for slip, says in _SLIPS if slip.search(link.url)), "")
            if says:
                yield _fault(link, says, None)


def _fault(link: LinkUse, says: str, severity: Severity | None) -> Fault:
    clean = link.url.rstrip(".,;:'\"")
    instead = clean if clean != link.url else ""
    return Fault(
        message=f"the link '{link.url[:80]}' {says}", spot=link.spot, severity=severity, quote=link.url, instead=instead
    )


RULE = Rule(
    id="malformed-links",
    title="Addresses with a slip in them",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="RFC 3986 and RFC 6068; such a link is there, and leads nowhere.",
    remedy="Copy the address again, without the marks around it.",
    look=look,
)
