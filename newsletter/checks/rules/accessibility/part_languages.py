"""Words in another language than the one they are marked with."""

import re
from collections.abc import Collection, Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import Passage
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import is_foreign, main_language, words_in

_OTHER_SCRIPTS = re.compile(r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u3040-\u30ff\u4e00-\u9fff]{3,}")
_WELSH = {
    "yn", "yr", "y", "mae", "ac", "ar", "am", "i'r", "o'r", "a'r", "gyda", "gan", "wedi", "bydd", "sydd", "ein",
    "eich", "eu", "hyn", "hwn", "hon", "oes", "nid", "dim", "neu", "ond", "dros", "rydym", "ydym", "ydy", "yw",
    "fel", "pan", "cyn", "wrth", "yng", "ym", "os", "â", "byddwn", "chi", "nhw", "bod", "fod", "roedd",
    "sy'n", "i'w", "gennych",
}  # fmt: skip
_ENGLISH = {
    "the", "and", "of", "to", "in", "is", "that", "for", "it", "with", "on", "are", "was", "this", "be", "by", "at",
    "from", "we", "you", "our", "have", "has", "will",
}  # fmt: skip
_SHARE, _FEWEST = 0.2, 6  # of all words; with fewer words two languages cannot be told apart


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare the small words of each passage with those of the language that it is marked with."""
    for passage in context.passages:
        language = main_language(passage.language)
        said = _heard(passage, language, (context.spelling or {}).get(passage.language, {}))
        if said:
            yield Fault(message=f"'{passage.text[:50]}' {said}", spot=passage.spot)


def _heard(passage: Passage, language: str, unknown: Collection[str]) -> str:
    """What a passage is, where it is not what it is marked as."""
    if language in ("en", "cy") and _mostly(passage.text):
        return f"is marked as '{passage.language}'"
    if language == "en" and _speaks(passage.text, _WELSH, _ENGLISH):
        return "sounds Welsh and is marked as English"
    if language == "cy" and _speaks(passage.text, _ENGLISH, _WELSH):
        return "sounds English and is marked as Welsh"
    foreign = language == "en" and is_foreign(words_in(passage.text), unknown)
    return "is in another language and is marked as English" if foreign else ""


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
