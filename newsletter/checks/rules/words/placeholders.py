"""Words that an editor meant to replace: "TBC", "Lorem ipsum", "XX", "[insert name]"."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import STOPGAPS

_CERTAIN = re.compile(r"\blorem ipsum\b|\[(?:insert|add|your)\b[^\]]*\]|\bfirstname lastname\b", re.IGNORECASE)
_STOPGAP = re.compile(
    rf"\b(?:{'|'.join(sorted(STOPGAPS))}|T\.B\.[CDA]\.?|TO-DO)\b|\?\?\?+"
    r"|\[(?!insert|add|your)(?:\w+ ){0,2}"
    r"(?:name|date|time|venue|place|link|title|number|speaker|quote|photo|picture|text)"
    r"(?: (?:\d+|here|(?:is )?to (?:be confirmed|follow|come)))?\]"
)
_CROSSES = re.compile(r"(?<![\w.-])(?:£|€|\$)?X{2,4}(?![\w-])|(?<![\w])[xX]{2}[/.][xX]{2}(?![\w])")
# XX is also twenty in Roman numbers.
_NUMBERED = re.compile(
    r"\b(?:articles?|annex|part|chapter|volume|title|section|schedule|no\.?|john|louis)\s$", re.IGNORECASE
)


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for stopgaps in every text."""
    for passage in context.passages:
        for match in _CERTAIN.finditer(passage.text):
            yield Fault(message=f"'{match[0]}' was meant to be replaced", spot=passage.spot, severity=Severity.BLOCKS)
        for match in _STOPGAP.finditer(passage.text):
            yield Fault(message=f"'{match[0]}' is a stopgap", spot=passage.spot)
        for match in _CROSSES.finditer(passage.text):
            if not _NUMBERED.search(passage.text[: match.start()]):
                yield Fault(message=f"'{match[0]}' looks like a number still to come", spot=passage.spot)


RULE = Rule(
    id="placeholders",
    title="Words that were to be replaced",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Drafts are filled in around such words, and spelling checkers pass them.",
    remedy="Write the words that belong here, or say plainly that they are not known yet.",
    look=look,
)
