"""Words taken for others that sound alike: "more then", "they where", "their is", "could of", "an new", "its the"."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import main_language

# What is wrong in any sentence, and what was meant; two words that some sentence may have are not here.
_AMOUNT = (
    r"(?= (?:\d+|an?|half|one|two|three|four|five|six|eight|nine|ten|\w+ty|ever|once|twice|any|we|they|expected)\b)"
)
# "A one", "a European", "a unit" and "a unanimous" begin with another sound; "a and b" are letters.
_VOWEL = r"(?=(?:[ai][a-z]{2,}|e(?!u|we)[a-z]{2,}|o(?!ne|nce|ui)[a-z]{2,}|un(?!i|anim)[a-z]{3,})\b)"
_MIXED_UP = (
    (rf"(?i:more|fewer|less) then{_AMOUNT}", "then", "than"),
    (r"(?i:rather|other) then\b", "then", "than"),
    (r"(?i:they|we) where\b(?! (?:they|we|he|she|it|the|this)\b)", "where", "were"),
    (r"(?i:their) (?:is|are|was|were|has been|have been|will be)\b", "heir", "here"),
    (r"(?i:could|should|would|might) of\b(?! course)", "of", "have"),
    (r"(?i:its) (?:the|an?|been)\b", "ts", "t's"),
    (r"(?i:it['’]s) own\b", "t's", "ts"),  # noqa: RUF001
    (r"(?i:your) (?:invited|going to)\b", "our", "ou're"),
    (r"(?i:an) (?=[b-dfgj-np-tv-z][a-z]{2,}\b)", "n ", " "),
    (rf"(?i:a) {_VOWEL}(?!(?:and|are|also|into|only|applies)\b)", " ", "n "),
)
_PATTERNS = tuple((re.compile(rf"(?<![\w'’.-]){pattern}"), wrong, right) for pattern, wrong, right in _MIXED_UP)  # noqa: RUF001


def look(context: CheckContext) -> Iterator[Fault]:
    """Look at our own English."""
    for passage in context.passages:
        if not passage.quoted and main_language(passage.language) == "en":
            for pattern, wrong, right in _PATTERNS:
                for match in pattern.finditer(passage.text):
                    yield _fault(match, wrong, right, passage)


def _fault(match: re.Match[str], wrong: str, right: str, passage: Passage) -> Fault:
    """Quoted with the word after it, so that the place is certain."""
    rest = re.match(r"\s*[\w'’-]+", passage.text[match.end() :])  # noqa: RUF001
    after = rest[0] if rest else ""
    quote, instead = match[0] + after, match[0].replace("’", "'").replace(wrong, right, 1) + after  # noqa: RUF001
    return Fault(message=f"'{quote}': is '{instead}' meant?", spot=passage.spot, quote=quote, instead=instead)


RULE = Rule(
    id="mixed-up-words",
    title="Words taken for one another",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="A dictionary knows both words, so no spelling checker sees which one is meant.",
    remedy="Read the sentence aloud and write the other word.",
    look=look,
)
