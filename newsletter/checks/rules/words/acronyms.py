"""Initials at their first use without the words that they stand for."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.rules.words.capitals import shouted_in
from newsletter.checks.vocabulary import INITIALS, STOPGAPS, main_language

_COMMON = {
    "UK", "EU", "UN", "US", "USA", "BBC", "ITV", "NHS", "TV", "PDF", "CEO", "MP", "MPS", "MSP", "MS", "PC", "FAQ",
    "GP", "ID", "IT", "OK", "AGM", "VAT", "BST", "GMT", "UTC", "AM", "PM", "DIY", "DVD", "CD", "HM", "KC", "QC",
    "OBE", "MBE", "CBE", "BA", "MA", "PHD", "HTML", "URL", "AI", "PA", "HR", "NGO", "DNA", "HIV", "AIDS", "COVID",
    "BSL", "CV", "RSVP", "PS", "NB", "UNESCO", "UNICEF", "NATO", "PO", "BOX", "SMS",
} | STOPGAPS  # fmt: skip
_ROMAN = re.compile(r"[IVX]+")


def look(context: CheckContext) -> Iterator[Fault]:
    """Tell each set of initials where it stands first, unless the issue explains it anywhere before or just there."""
    known = _known(context)
    told: set[str] = set()
    for passage in context.passages:
        explained = _explained(passage.text)
        known |= explained
        if passage.quoted or main_language(passage.language) != "en" or passage.text.isupper():
            continue
        shouted = " ".join(shouted_in(passage.text))
        for match in INITIALS.finditer(passage.text):
            initials = match[0].removesuffix("s")
            if _is_asked(initials, match, passage.text) and initials not in known | told and match[0] not in shouted:
                told.add(initials)
                message = f"'{initials}' stands here for the first time, and nothing says what it means"
                message += _perhaps(initials, known)
                yield Fault(message=message, spot=passage.spot, quote=initials, word=initials)


def _known(context: CheckContext) -> set[str]:
    """What needs no explaining: the common ones, the workspace's own, short names of bodies, the newsletter's name."""
    own = {word.upper() for word in context.config.words}
    bodies = {name for body in context.issue.bodies.values() for name in (body.short, body.short.upper()) if name}
    publication = context.theme.publication if context.theme else None
    names = f"{publication.name} {publication.organisation}" if publication else ""
    written_out = {name for text in context.passages for name in _explained(text.text) if _is_early(text)}
    return _COMMON | own | bodies | set(INITIALS.findall(names)) | written_out


def _is_early(passage: Passage) -> bool:
    """Headings and the inbox's lines have no room for explaining; what the text below explains counts for them."""
    return passage.spot.location[0] == "sections" and passage.spot.location[1] == 0


def _perhaps(initials: str, known: set[str]) -> str:
    """A slip of the finger swaps letters; other initials of the same letters are likelier than new ones."""
    twin = next((other for other in sorted(known) if sorted(other) == sorted(initials) and len(other) > 3), "")
    return f"; is {twin} meant?" if twin else ""


def _explained(text: str) -> set[str]:
    """Initials that stand in brackets after their words, or are followed by them in brackets."""
    after = re.findall(r"[a-z]\s*\(\s*(?:the\s+)?['\"‘“]?([A-Z][A-Z0-9&]+)s?['\"’”]?\s*\)", text)  # noqa: RUF001
    before = re.findall(r"\b([A-Z][A-Z0-9&]+)s?\s*\((?:the\s+)?([A-Za-z])[a-z]+[ -][^)]*\)", text)
    return {*after, *(initials for initials, first in before if first in (first.upper(), initials[0].lower()))}


def _is_asked(initials: str, match: re.Match[str], text: str) -> bool:
    letters = sum(letter.isalpha() for letter in initials)
    joined = text[match.start() - 1 : match.start()] in tuple("|%{[@") or (
        text[match.end() : match.end() + 1] in tuple("-@/.") and text[match.end() + 1 : match.end() + 2].isalnum()
    )
    return 2 <= letters <= 6 and not _ROMAN.fullmatch(initials) and not joined and not re.match(r"[A-Z]\d", initials)


RULE = Rule(
    id="acronyms",
    title="Initials that nobody explained",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 3.1.4; the style guide of GOV.UK: explain initials at first use unless everybody knows them.",
    remedy="Write the words out with the initials in brackets, or put them into words.txt if all readers know them.",
    look=look,
)
