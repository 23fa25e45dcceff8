"""Arabic, Hebrew and other right-to-left texts without a direction of their own."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at every paragraph that begins with such letters for a direction, its own or inherited."""
    for document in context.documents:
        for element in document.iter("p", "h1", "h2", "h3", "h4", "li", "td", "div", "blockquote"):
            words = (element.text or "").strip()
            first = re.search(r"[^\W\d_]", words)
            if first and _RIGHT_TO_LEFT.match(first[0]) and _direction(element) != "rtl":
                yield Fault(message=f"'{words[:40]}' runs from right to left, and nothing says so")


def _direction(element: _Element) -> str:
    return next((above.get("dir") or "" for above in (element, *element.iterancestors()) if above.get("dir")), "")


RULE = Rule(
    id="text-direction",
    title="Texts that run the wrong way",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.3.2; HTML's dir: without it full stops and brackets jump to the wrong end.",
    remedy="Give the part its language in issue.yaml, such as lang: ar; a template writes dir from it.",
    look=look,
    needs=("mails",),
)
