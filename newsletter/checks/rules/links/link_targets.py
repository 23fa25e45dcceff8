"""Addresses that are not what readers should get: plain http, stopgaps, one wording for several places."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import LinkUse
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.rules.words.link_texts import says_nothing

_RESERVED = re.compile(
    r"(.+\.)?example\.(com|net|org)|.+\.(test|invalid)|(.+\.)?(yourdomain|yoursite|your-?website)\.\w+"
)
_LOCAL = re.compile(r"localhost|.+\.(local|localhost|internal|lan)")


def look(context: CheckContext) -> Iterator[Fault]:
    """Judge every address, then look for words that lead to several."""
    for link in context.links:
        parts = urlsplit(link.url)
        if parts.scheme.lower() in ("http", "https"):
            yield from _judged(link, parts.scheme.lower(), (parts.hostname or "").rstrip("."))
    yield from _ambiguous(context.links)


def _judged(link: LinkUse, scheme: str, host: str) -> Iterator[Fault]:
    if _LOCAL.fullmatch(host) or _is_private(host):
        message = f"the link {link.url[:80]} opens only inside one office or on one computer"
        yield Fault(message=message, spot=link.spot, severity=Severity.BLOCKS, remedy="Link to the public address.")
    elif _RESERVED.fullmatch(host):
        message = f"the link {link.url[:80]} leads to an address kept for examples"
        yield Fault(message=message, spot=link.spot, remedy="Put the real address.")
    elif scheme == "http":
        yield Fault(message=f"the link {link.url[:80]} is not encrypted", spot=link.spot)


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _ambiguous(links: tuple[LinkUse, ...]) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for link in links:
        words = " ".join(link.words.casefold().split())
        target = link.url.rstrip("/")
        # Somebody who hears only the links cannot tell the two apart.
        if words and link.labelled and not says_nothing(words) and first.setdefault(words, target) != target:
            message = f"the words '{link.words}' lead to {first[words][:80]} and here to {link.url[:80]}"
            yield Fault(message=message, spot=link.spot, remedy="Word the two links differently.")


RULE = Rule(
    id="link-targets",
    title="Addresses that readers should not get",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 2.4.4 (same words, same place); browsers and mail scanners warn of http; RFC 2606 and RFC 6761 "
    "reserve names that never lead anywhere.",
    remedy="Write https:// if the site answers there.",
    look=look,
)
