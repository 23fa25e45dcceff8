"""Headings of the mail: one title, no level skipped, none empty."""

from collections.abc import Iterator

from lxml.etree import _Element

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")


def look(context: CheckContext) -> Iterator[Fault]:
    """Go down the headings of each variant."""
    for document in context.documents:
        yield from _judged([(_LEVELS.index(heading.tag) + 1, _words(heading)) for heading in document.iter(*_LEVELS)])


def _judged(headings: list[tuple[int, str]]) -> Iterator[Fault]:
    titles = [words for level, words in headings if level == 1]
    if len(titles) != 1:
        yield Fault(message=f"the mail has {len(titles)} headings of the first level, and needs one")
    before = 0
    for level, words in headings:
        if not words:
            yield Fault(message=f"a heading of level {level} has no words")
        if level > before + 1 and before:
            yield Fault(message=f"the heading '{words[:60]}' has level {level} and stands below one of level {before}")
        before = level


def _words(heading: _Element) -> str:
    images = " ".join(image.get("alt") or "" for image in heading.iter("img"))
    return " ".join(("".join(map(str, heading.itertext())) + images).split())


RULE = Rule(
    id="html-headings",
    title="Headings of the mail",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.3.1 and 2.4.6: most screen reader users move about by headings.",
    remedy="Mend the level in the section's template; sections have level 2, their items level 3.",
    look=look,
    needs=("mails",),
)
