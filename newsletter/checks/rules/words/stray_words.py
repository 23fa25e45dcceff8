"""Words that an edit left behind: "the Sarah reflects", "a the report", "will be be", "can could"."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import main_language

_DETERMINERS = re.compile(r"\b(the|an?|our|their|its|your|my)\s+(the|an?|our|their|your|my)\b(?!-)", re.IGNORECASE)
_VERBS = re.compile(
    r"\b(?:has have|have has|is are|are is|was were|were was|will would|would will|can could|could can|to of|of to|"
    r"be can|be will|be could|be should|be must|"
    r"for of|of for|and or|the of|a of|will to|would to|must to|should to|could to|to (?:can|could|would|should|shall)|"
    r"(?:could|would|should|shall) (?:can|could|would|should|shall|will|must))\b(?!-)",
)
_AFTER_NAME = re.compile(
    r"\b(?:[Tt]he|[Aa]n?)\s+([A-Z][a-z]{2,})\s+(?:[a-z]+(?:s|ed)|[a-z]*(?:took|led|spoke|wrote|said|met|gave|went|came|told|held|began|found))\b(?!['’-])"  # noqa: RUF001
)
_ACTS = re.compile(
    r"(?:^|[.!?]\s+|,\s+|\n)([A-Z][a-z]{2,})\s+(?:has|is|was|will|led|also|and I|continues|wrote|said|writes)\b"
)
_NO_PERSON = {
    "Parliament", "Government", "Congress", "Council", "Court", "Committee", "Minister", "Spring", "Summer", "Autumn",
    "Winter", "This", "That", "There", "These", "Those", "She", "Each", "Everyone", "What", "Who", "Which", "Here",
}  # fmt: skip


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for pairs that no sentence has, and for an article before somebody's first name."""
    people = _first_names(context)
    for passage in context.passages:
        if passage.quoted or main_language(passage.language) != "en":
            continue
        for match in (*_DETERMINERS.finditer(passage.text), *_VERBS.finditer(passage.text)):
            first, second = match[0].casefold().split()
            if first != second:  # a word written twice is a rule of its own
                yield Fault(message=f"'{match[0]}' has a word too many", spot=passage.spot, quote=match[0])
        for match in _AFTER_NAME.finditer(passage.text):
            if match[1] in people:
                message = f"'{match[0]}': an article stands before the name {match[1]}"
                rest = match[0].split(None, 1)[1]
                yield Fault(message=message, spot=passage.spot, quote=match[0], instead=rest)


def _first_names(context: CheckContext) -> set[str]:
    """First names of people that the issue names in a field for it, or that act in a sentence without an article."""
    names = {
        passage.text.split()[0]
        for passage in context.passages
        if passage.spot.field.rpartition(".")[2] in ("name", "by") and len(passage.text.split()) in (2, 3)
    }
    everything = "\n".join(passage.text for passage in context.passages)
    names.update(name for name in _ACTS.findall(everything) if _is_bare(name, everything))
    return {name for name in names if re.fullmatch(r"[A-Z][a-z]+", name)} - _NO_PERSON


def _is_bare(name: str, text: str) -> bool:
    """Whether a name stands without an article at least as often as with one: "the Dashboard" is no person."""
    with_article = len(re.findall(rf"\b[Tt]he\s+{name}\b", text))
    return with_article <= len(re.findall(rf"\b{name}\b", text)) - with_article


RULE = Rule(
    id="stray-words",
    title="Words left over from an edit",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Sentences that are rewritten in part keep a word of the old wording; no spelling checker sees it.",
    remedy="Read the sentence aloud and take the word out.",
    look=look,
)
