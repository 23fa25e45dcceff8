"""Links within a text that only their colour tells from it."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at each link without an underline: a button has a ground of its own, a link within a text has not."""
    for document in context.documents:
        for link in document.iter("a"):
            style = (link.get("style") or "").replace(" ", "")
            plain = "text-decoration:none" in style and not re.search(r"border-bottom:(?!0|none)", style)
            if plain and "background" not in style and _stands_in_text(link):
                words = " ".join("".join(map(str, link.itertext())).split())
                yield Fault(message=f"the link '{words[:60]}' has no underline")


def _stands_in_text(link: _Element) -> bool:
    around = link.getparent()
    if around is None or around.tag not in ("p", "li", "td", "em", "strong", "span", "blockquote", "dd"):
        return False
    beside = [around.text or "", *((child.tail or "") for child in around)]
    return any(re.search(r"\w{2,}", words) for words in beside)


RULE = Rule(
    id="link-marks",
    title="Links known by colour alone",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.4.1: one man in twelve does not see the colour that tells a link from the words around it.",
    remedy="Leave text-decoration: underline on links within texts.",
    look=look,
    needs=("mails",),
)
