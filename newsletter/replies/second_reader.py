"""A second reader, who counts words where the rules look for turns of phrase, and may only make a mail ambiguous.

It learnt from the tuning sets (`scripts/train_second_reader.py`) how much each word and pair of words speaks for a
request about the list. Rules that saw nothing of the kind in such a mail missed something; an act that it sees no
request for is not done. It never decides for an act, so it needs no trust.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from newsletter.replies.intents.decide import Decision
from newsletter.replies.intents.letter import Evidence
from newsletter.replies.intents.tagging import Tagged
from newsletter.replies.verdict import Intent

ABOUT, ASKS = "about", "asks"  # it is about the list; it asks for something to be done
_REQUESTS = frozenset(
    (Intent.SUBSCRIBE_SELF, Intent.SUBSCRIBE_OTHER, Intent.UNSUBSCRIBE, Intent.CHANGE_ADDRESS, Intent.LEFT_POST)
)
_OTHERWISE = frozenset((Intent.FEEDBACK, Intent.QUESTION, Intent.CONTRIBUTION, Intent.SPAM))
# Chosen by tenfold cross-validation on the tuning sets, see bench/README.md.
_SURELY_ABOUT, _HARDLY_ASKS = 3.0, 0.0


def second_opinion(decision: Decision, sentences: Sequence[Tagged]) -> Decision:
    """The decision, or ambiguous where the words as a whole say something else."""
    words = [tagged.sentence.plain for tagged in sentences]
    if decision.intent in _OTHERWISE and score(ABOUT, words) > _SURELY_ABOUT:
        return _doubted(decision, "seems to ask for something about the list", ABOUT, sentences)
    if decision.intent in _REQUESTS and words and score(ASKS, words) < _HARDLY_ASKS:
        return _doubted(decision, "reads as a whole like no request", ASKS, sentences)
    return decision


def score(question: str, sentences: Iterable[str]) -> float:
    """How much the words of the sentences speak for it, each counted once: the sum of logarithms of odds."""
    weights = _weights()[question]
    return sum(weights.get(sign, 0.0) for sign in signs(sentences))


def signs(sentences: Iterable[str]) -> set[str]:
    """The words and pairs of words of sentences in plain form."""
    return {sign for sentence in sentences for sign in _signs_of(sentence)}


def _signs_of(sentence: str) -> Iterator[str]:
    words = ["^", *sentence.split(), "$"]
    yield from words
    yield from (f"{first} {second}" for first, second in pairwise(words))


def _doubted(decision: Decision, says: str, question: str, sentences: Sequence[Tagged]) -> Decision:
    strongest = max(sentences, key=lambda tagged: score(question, [tagged.sentence.plain]))
    seen = Evidence(rule="second-reader", says=says, quote=strongest.sentence.text, intent=None)
    return Decision(intent=Intent.AMBIGUOUS, evidence=(*decision.evidence, seen))


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    path = files("newsletter.replies").joinpath("words", "second_reader.json")
    tables: Mapping[str, Mapping[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return tables
