"""The words of an issue as spelling and style look at them: what is a word, a sentence, a set of initials, a name."""

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import Passage
from newsletter.content.check_config import own_words

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")  # noqa: RUF001  (the apostrophe people type)
# Looked for from the beginning of a word alone: from each of its letters, a word of 60,000 letters took minutes.
_ADDRESS = re.compile(
    r"(?<!\S)\S+@\S+|(?:https?://|www\.)\S+|(?<!\S)\S+\.(?:org|com|net|gov|uk|pdf|docx?|png|jpe?g|gif)\S*|[@#]\w+"
)
_LONGEST_WORD = 60  # letters; what is longer is no word
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'’”)\]]*\s+(?=[\"'‘“(\[]*[A-Z0-9])")  # noqa: RUF001
_NO_END = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Art|e\.g|i\.e|etc|vs|Rev|Hon|p|pp|cf|[A-Z])\.$")
_SPEECH = re.compile(r"“[^”]*”|(?<!\w)\"[^\"]*\"")
INITIALS = re.compile(r"\b[A-Z][A-Z0-9]*(?:&[A-Z]+)?[A-Z0-9]s?\b")
_FEWEST_FOREIGN, _SHARE_FOREIGN = 6, 0.4  # of the words that are not written like names
STOPGAPS = frozenset({"TBC", "TBD", "TBA", "TODO", "FIXME"})  # what stands where words are still to come


def words_in(text: str) -> list[str]:
    """The words of a text, with straight apostrophes; addresses, numbers and names of accounts are none."""
    return [match[0].replace("’", "'") for match in _WORD.finditer(_ADDRESS.sub(" ", text))]  # noqa: RUF001


def sentences_in(text: str) -> Iterator[str]:
    """The sentences of a paragraph."""
    begun = ""
    for piece in _SENTENCE_END.split(text):
        begun = f"{begun} {piece}".strip()
        if not _NO_END.search(begun):
            yield begun
            begun = ""
    if begun:
        yield begun


def without_speech(text: str) -> str:
    """A text with blanks for what stands in double quotation marks, which is somebody else's; places stay the same."""
    return _SPEECH.sub(lambda speech: " " * len(speech[0]), text)


def is_foreign(words: list[str], unknown: Collection[str]) -> bool:
    """Whether words are in another language than that of the dictionary that was asked; names are left out."""
    small = [word for word in words if word[0].islower()]
    return len(small) >= _FEWEST_FOREIGN and sum(word in unknown for word in small) > _SHARE_FOREIGN * len(small)


def syllables_in(word: str) -> int:
    """About how many syllables an English word has."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = bool(re.search(r"[^aeiouyl]e(s|d)?$", word.lower())) and groups > 1
    return max(1, groups - silent)


def main_language(tag: str) -> str:
    """`en` of `en-GB`."""
    return tag.split("-")[0].lower()


def words_by_language(context: CheckContext) -> dict[str, dict[str, bool]]:
    """Words for a dictionary, each once, and whether suggestions are wanted: not for what must be somebody's name.

    The workspace's own words, initials and the names of people and bodies are left out.
    """
    found: dict[str, dict[str, bool]] = {}
    known = context.config.known_words | _names(context) | _modern_words()
    for passage in context.passages:
        asked = found.setdefault(passage.language, {})
        for place, word in enumerate(words_in(passage.text)):
            if _is_asked(word, known):
                asked[word] = asked.get(word, False) or not word[0].isupper() or place == 0
    return found


@cache
def _modern_words() -> frozenset[str]:
    return frozenset(own_words(Path(__file__).parent / "modern_words.txt"))


def _is_asked(word: str, known: frozenset[str]) -> bool:
    bare = re.sub(r"'s?$", "", word)
    shouted = not 2 <= len(bare) <= _LONGEST_WORD or not bare[1:].islower()  # initials, iPhone, McIntyre
    return not shouted and bare.casefold() not in known and word.casefold() not in known


def _names(context: CheckContext) -> frozenset[str]:
    """Words of names that stand in fields for names, and of the bodies in the register."""
    names = [passage.text for passage in context.passages if _is_name(passage)]
    for body in context.issue.bodies.values():
        names += [body.name, body.name_cy, body.short]
    if context.theme:
        names += [context.theme.publication.name, context.theme.publication.organisation]
    return frozenset(word.casefold() for name in names for word in words_in(name))


def _is_name(passage: Passage) -> bool:
    return passage.spot.field.rpartition(".")[2] in ("name", "by")
