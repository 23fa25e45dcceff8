"""Words in another language than the one they are marked with."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import main_language, words_in

_OTHER_SCRIPTS = re.compile(r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u3040-\u30ff\u4e00-\u9fff]{3,}")
_WELSH = {
    "yn", "yr", "y", "mae", "ac", "ar", "am", "i'r", "o'r", "a'r", "gyda", "gan", "wedi", "bydd", "sydd", "ein",
    "eich", "eu", "hyn", "hwn", "hon", "oes", "nid", "dim", "neu", "ond", "dros", "rydym", "ydym", "ydy", "yw",
    "fel", "pan", "cyn", "wrth",
}  # fmt: skip
_ENGLISH = {
    "the", "and", "of", "to", "in", "is", "that", "for", "it", "with", "on", "are", "was", "this", "be", "by", "at",
    "from", "we", "you", "our", "have", "has", "will",
}  # fmt: skip
_SHARE, _FEWEST = 0.25, 6  # of all words; with fewer words two languages cannot be told apart


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare the small words of each passage with those of the language that it is marked with."""
    for passage in context.passages:
        language = main_language(passage.language)
        if language in ("en", "cy") and (found := _OTHER_SCRIPTS.search(passage.text)) and _mostly(passage.text):
            yield Fault(message=f"'{found[0][:30]}' is marked as '{passage.language}'", spot=passage.spot)
        if language == "en" and _speaks(passage.text, _WELSH, _ENGLISH):
            yield Fault(message=f"'{passage.text[:50]}' sounds Welsh and is marked as English", spot=passage.spot)
        if language == "cy" and _speaks(passage.text, _ENGLISH, _WELSH):
            yield Fault(message=f"'{passage.text[:50]}' sounds English and is marked as Welsh", spot=passage.spot)


def _mostly(text: str) -> bool:
    """A foreign word or name among others is none of this rule's business."""
    foreign = sum(len(found) for found in _OTHER_SCRIPTS.findall(text))
    return foreign > len(text) / 2


def _speaks(text: str, theirs: set[str], ours: set[str]) -> bool:
    words = [word.casefold() for word in words_in(text)]
    few = sum(word in ours for word in words)
    many = sum(word in theirs for word in words)
    return len(words) >= _FEWEST and many > _SHARE * len(words) and many > 2 * few


RULE = Rule(
    id="part-languages",
    title="Languages that nobody marked",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="WCAG 2.2 SC 3.1.2: a screen reader reads Welsh with an English voice unless the part says lang.",
    remedy="Give the section or item lang: cy, or put the words under translations.",
    look=look,
)
