"""Whose subscription a person's mail concerns: the writer's, an address in the text, or who wrote a forwarded mail."""

import re

from newsletter.replies.intents import Decision, Letter
from newsletter.replies.intents.subscribe import COPIED
from newsletter.replies.verdict import Intent

_CERTAINLY_MINE = re.compile(
    r"\b(my|our)\b[^.@]{0,60}$|\bmy (old |other |work |home )?(address|e-?mail)\b.{0,60}$", re.IGNORECASE
)
_MINE = re.compile(
    r"\b(my|our)\b[^.@]{0,60}$|\b(at|on|using|use|via|this address|email|e-mail|address|contact)\W{0,4}(is|:"
    r"|-)?\W{0,4}$|(^|[-\u2013\u2014:(,.]\s*)$",
    re.IGNORECASE,
)
_ANOTHERS = re.compile(
    r"\b(his|her|their|he|she|they)\b[^.@]{0,60}$|\b(my|our|the) (\w+ ){0,2}\w+['\u2019]s?\b[^.@]{0,60}$", re.IGNORECASE
)


def addresses_of(decision: Decision, letter: Letter) -> tuple[str, ...]:
    """The addresses that an act would touch; none where it is not clear."""
    match decision.intent:
        case Intent.SUBSCRIBE_SELF | Intent.UNSUBSCRIBE:
            return _another_of_mine(letter, certain=decision.intent is Intent.UNSUBSCRIBE) or letter.own
        case Intent.SUBSCRIBE_OTHER:
            return _named(decision, letter)
        case Intent.CHANGE_ADDRESS:
            return _old_and_new(letter)
        case Intent.LEFT_POST:
            return (
                letter.own
                if any(each.says.startswith("the writer") for each in decision.evidence)
                else letter.others[:1]
            )
        case _:
            return ()


def names_another(decision: Decision, letter: Letter) -> bool:
    """A request for oneself whose sentence holds somebody's address, and it is not said to be the writer's own."""
    quotes = " ".join(each.quote for each in decision.evidence).lower()
    return any(address.lower() in quotes for address in letter.others) and not _another_of_mine(
        letter, certain=decision.intent is Intent.UNSUBSCRIBE
    )


def _another_of_mine(letter: Letter, *, certain: bool) -> tuple[str, ...]:
    """The one other address in the text, if the words before it say that it is the writer's."""
    if len(letter.others) != 1:
        return ()
    at = letter.words.lower().find(letter.others[0].lower())
    before = letter.words[max(0, at - 80) : at].replace("\n", " ")
    mine = (_CERTAINLY_MINE if certain else _MINE).search(before) and not _ANOTHERS.search(before)
    return letter.others if mine else ()


def _named(decision: Decision, letter: Letter) -> tuple[str, ...]:
    """Those in the text; without any, those in copy, if the text speaks of a copy."""
    together = tuple(address for each in decision.evidence for address in each.addresses)
    copied: tuple[str, ...] = ()
    if not letter.others and COPIED.search(letter.words):
        copied = tuple(box.address for box in letter.copied if not letter.ours.are(box.address))
    return tuple(dict.fromkeys((*together, *letter.others, *copied)))


def _old_and_new(letter: Letter) -> tuple[str, ...]:
    """The old address, then the new one; of a single other address it depends on which is said to be old."""
    if len(letter.others) > 1:
        return letter.others[:2]
    if not letter.others:
        return letter.own
    at = letter.words.lower().find(letter.others[0].lower())
    old = re.search(r"\b(old|previous|former|from|was)\b[^.]{0,30}$", letter.words[:at], re.IGNORECASE)
    return (*letter.others, *letter.own) if old else (*letter.own, *letter.others)
