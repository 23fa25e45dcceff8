"""What goes wrong where a mail program drops the head's styles (Gmail for other accounts, forwarded copies)."""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from newsletter.checks.colours import parsed_rules, selected
from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_HIDDEN_CLASS = re.compile(r"\.([\w-]+)\s*\{[^}]*display\s*:\s*none", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![\w-])color\s*:", re.IGNORECASE)
_IN_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for what only the head hides, and for texts whose colour or size stands nowhere else."""
    for document in context.documents:
        css = _IN_MEDIA.sub("", "\n".join(style.text or "" for style in document.iter("style")))
        hidden = set(_HIDDEN_CLASS.findall(css))
        for element in document.iter() if hidden else ():
            named = hidden & set((element.get("class") or "").split())
            if named and "display" not in (element.get("style") or ""):
                yield Fault(message=f"'{_words(element)}' is hidden by the head's styles alone")
        for link in dict.fromkeys(_coloured_by(document, css)):
            if link.tag == "a" and link.get("href") and not _COLOUR.search(link.get("style") or "") and _words(link):
                yield Fault(message=f"the link '{_words(link)}' has its colour from the head alone")


def _coloured_by(document: _Element, css: str) -> Iterator[_Element]:
    """Every element that some rule gives a colour to."""
    for selector, body in parsed_rules(css):
        if _COLOUR.search(body):
            yield from selected(document, selector)


def _words(element: _Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())[:60]


RULE = Rule(
    id="styles-stripped",
    title="Mails without the styles of their head",
    severity=Severity.WARNS,
    looks_at=Sight.HTML,
    why="Gmail drops them for accounts of other providers, and every program does when a mail is passed on inline.",
    remedy="Write the style into inline.css.j2, which goes into the elements.",
    look=look,
    needs=("mails",),
)
