"""Nothing is fetched when a mail is opened but our own pictures."""

import re
from collections.abc import Iterator

from lxml.etree import Comment, _Element

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_CSS = re.compile(r"@import\b[^;}]{0,120}|@font-face\b|url\(\s*['\"]?(?:https?:)?//[^)]{0,120}", re.IGNORECASE)
_VML = re.compile(r"<v:\w+\b[^>]*\ssrc=\"([^\"]*)\"", re.IGNORECASE)
_ACTIVE = ("script", "iframe", "object", "embed", "video", "audio", "source", "form", "base")


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for whatever makes a mail program call another machine."""
    base = (context.theme.publication.base_url if context.theme else None) or ""
    for document in context.documents:
        for fetched in _CSS.findall("\n".join(_styles(document))):
            yield Fault(message=f"the style '{fetched[:60]}' fetches something")
        for element in document.iter(*_ACTIVE):
            yield Fault(message=f"there is a <{element.tag}> in the mail")
        yield from _links(document)
        for address in [*_pictures(document), *_VML.findall(_comments(document))]:
            if not _is_ours(address, base):
                yield Fault(message=f"the picture {address[:80]} comes from another machine")


def _links(document: _Element) -> Iterator[Fault]:
    for link in document.iter("link"):
        yield Fault(message=f"<link rel='{link.get('rel') or ''}'> fetches {(link.get('href') or '')[:80]}")


def _comments(document: _Element) -> str:
    """What only Outlook reads stands in conditional comments."""
    return "\n".join(comment.text or "" for comment in document.iter(Comment))


def _styles(document: _Element) -> Iterator[str]:
    yield _comments(document)
    for element in document.iter():
        yield (element.text or "" if element.tag == "style" else "")
        yield element.get("style") or ""


def _pictures(document: _Element) -> Iterator[str]:
    for element in document.iter("img", "table", "td", "body", "input"):
        for name in ("src", "srcset", "background"):
            if address := element.get(name):
                yield address


def _is_ours(address: str, base: str) -> bool:
    return address.startswith("cid:") or bool(base and address.startswith(f"{base.rstrip('/')}/"))


RULE = Rule(
    id="html-remote",
    title="Things fetched from elsewhere",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="What is fetched from elsewhere tells somebody who reads and when; the newsletter tracks nobody.",
    remedy="Put pictures into images/, use installed fonts, and keep styles in the templates.",
    look=look,
    needs=("mails", "theme"),
)
