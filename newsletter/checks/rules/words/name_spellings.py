"""Names of bodies and titles that differ in a letter or a small word from the register or from one another."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_SMALL = "of the for and on in to at with".split()  # noqa: SIM905
_PHRASE = re.compile(rf"\b[A-Z][\w’'-]+(?: (?:(?:{'|'.join(_SMALL)}|&) ){{0,2}}[A-Z][\w’'-]+)+")  # noqa: RUF001
_LIKE, _ROOT = 0.75, 6  # of two words: how like they are, or with how many letters they begin alike
_BEGINS = re.compile(r"^(?:The|Our|This|In|At|From|For|And|With|As|Read|See|Visit)\s+")


def look(context: CheckContext) -> Iterator[Fault]:
    """Compare each name with the register, then with those before it."""
    known: dict[str, str] = {}
    for body in context.issue.bodies.values():
        known.update({_folded(name): name for name in (body.name, body.name_cy, body.short) if name})
    told: set[str] = set()
    for passage in context.passages:
        for phrase in () if passage.quoted else _phrases(passage.text):
            key = _folded(phrase)
            if key in known or key in told:
                continue
            told.add(key)
            other = next((name for folded, name in known.items() if _nearly(key, folded)), None)
            if other:
                message = f"'{phrase}' is nearly '{other}'"
                yield Fault(message=message, spot=passage.spot, quote=phrase, instead=other, word=phrase)
            elif len(phrase.split()) > 2:
                known[key] = phrase


def _phrases(text: str) -> Iterator[str]:
    """Names, and the parts of those that an "and" may join or belong to."""
    for match in _PHRASE.finditer(text):
        whole = re.sub(r"['’]s?$", "", _BEGINS.sub("", match[0]))  # noqa: RUF001
        yield from dict.fromkeys((whole, *whole.split(" and the "), *re.split(r" and (?:the )?", whole)))


def _folded(name: str) -> str:
    words = name.replace("’", "'").casefold().split()  # noqa: RUF001
    return " ".join(re.sub(r"'s?$", "", word) for word in words if word != "the")


def _nearly(one: str, other: str) -> bool:
    """Whether two names of several words differ in one word alone, and that one is small or much alike."""
    ours, theirs = one.split(), other.split()
    if min(len(ours), len(theirs)) < 3 or abs(len(ours) - len(theirs)) > 1 or not set(ours) & set(theirs):
        return False
    steps = [step for step in SequenceMatcher(None, ours, theirs).get_opcodes() if step[0] != "equal"]
    if len(steps) != 1:
        return False
    _, first, last, start, end = steps[0]
    # One of several Boards is a Board.
    plural = last == len(ours) and one.rstrip("s") == other.rstrip("s")
    return not plural and _alike(ours[first:last], theirs[start:end])


def _alike(ours: list[str], theirs: list[str]) -> bool:
    if len(ours) > 1 or len(theirs) > 1:
        return False
    if not ours or not theirs:
        return [*ours, *theirs][0] in _SMALL
    one, other = ours[0], theirs[0]
    small = one in _SMALL and other in _SMALL
    root = one[:_ROOT] == other[:_ROOT] and len(min(one, other, key=len)) >= _ROOT  # Inspection, Inspectorate
    return small or root or (len(one) > 3 and one[0] == other[0] and SequenceMatcher(None, one, other).ratio() >= _LIKE)


RULE = Rule(
    id="name-spellings",
    title="One name, two spellings",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="A body whose name is misspelt notices first; and a reader takes two spellings for two bodies.",
    remedy="Copy the name as its owner writes it; names of bodies stand in subscribers/bodies.toml.",
    look=look,
)
