"""A second reader, who weighs words and meanings where the rules look for turns of phrase.

It learnt from the written replies (`scripts/train_second_reader.py`) how much each word, pair of words and sequence of
meanings speaks for each intent. An act on the list needs both: the rules must have seen it, and it must not think it
unlikely; where the rules saw it with a doubt, it must be nearly sure. What asks for nothing on the list it may name by
itself, and raise a flag, since a person then looks at once. Its bounds were chosen on figures: each set judged by a
reader that had not seen it (`--validate`).
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from operator import add

from newsletter.replies.intents.decide import Decision
from newsletter.replies.intents.doubts import vetoed
from newsletter.replies.intents.letter import Evidence, Letter
from newsletter.replies.intents.tagging import Tagged, any_of
from newsletter.replies.verdict import Flag, Intent

REQUESTS = (
    Intent.SUBSCRIBE_SELF, Intent.SUBSCRIBE_OTHER, Intent.UNSUBSCRIBE, Intent.CHANGE_ADDRESS, Intent.LEFT_POST,
)  # fmt: skip
OTHERWISE = (Intent.FEEDBACK, Intent.QUESTION, Intent.CONTRIBUTION, Intent.SPAM)
KNOWN = (*REQUESTS, *OTHERWISE, Intent.AMBIGUOUS)  # passing a mail on is seen by its form
UNLIKELY, SURE = 0.4, 0.9  # of an act: below, it is not done; from here, a doubt of the rules is overcome
LEFT_UNLIKELY = 0.1  # nothing is done by itself where somebody has left
PLAIN, IMPOSSIBLE = 0.8, 0.05  # of what asks for nothing: from here it names it; below, it doubts it
ASKED = 0.3  # of all requests together: above, a mail is not said to ask for nothing
RAISED = 0.3  # of a flag: from here a named person is to see it
# A weight is a letter, a step of a tenth each: "Z" is nothing, "a" a tenth, "Y" a tenth against.
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ZERO = LETTERS.index("Z")
_FARTHEST = 30.0  # where a chance is as good as certain
_LIGHT = frozenset(any_of("LIGHT", "YOU"))
NAME = "second-reader"  # as reasons give it
Chances = Mapping[Intent, float]


def second_opinion(decision: Decision, letter: Letter, *, only_doubts: bool = False) -> Decision:
    """The decision, or another where the words as a whole say something else; of a mail passed on it only doubts."""
    chances = read(letter.all_sentences)
    if not chances or decision.intent is Intent.FORWARD_ONLY:
        return decision
    if _stands(decision.intent, chances):
        return decision
    if not only_doubts and decision.intent in (*OTHERWISE, Intent.AMBIGUOUS):
        return _otherwise(decision, letter, chances) or _request(decision, letter, chances) or _doubted(decision)
    return _doubted(decision)


def read(sentences: Sequence[Tagged]) -> Chances:
    """How likely each intent is; nothing of nothing."""
    return dict(zip(KNOWN, likelihoods(_sums(sentences)), strict=False)) if sentences else {}


def flags_read(sentences: Sequence[Tagged]) -> Iterator[tuple[Flag, Tagged]]:
    """What a named person should see at once, each with the sentence that says most of it."""
    sums = _sums(sentences)
    for place, flag in enumerate(Flag, len(KNOWN)):
        if sentences and likelihood(sums[place]) >= RAISED:
            yield flag, max(sentences, key=lambda tagged: _sums([tagged])[place])


def _sums(sentences: Sequence[Tagged]) -> list[float]:
    sums = [0.0] * (len(KNOWN) + len(Flag))
    weights = _weights()
    for sign in signs(sentences):
        if sign in weights:
            sums = list(map(add, sums, weights[sign]))
    return sums


def likelihood(weight: float) -> float:
    """From one sum of weights to a chance."""
    return 1 / (1 + math.exp(-max(-_FARTHEST, min(_FARTHEST, weight))))


def likelihoods(sums: Sequence[float]) -> list[float]:
    """From sums of weights to the chances of the intents, which make one together."""
    sums = sums[: len(KNOWN)]
    highest = max(sums)
    powers = [math.exp(each - highest) for each in sums]
    total = math.fsum(powers)
    return [power / total for power in powers]


def signs(sentences: Sequence[Tagged]) -> set[str]:
    """What it sees: words, pairs of them, whether something is asked, meanings, and meanings beside each other."""
    return {sign for tagged in sentences for sign in _signs_of(tagged)}


def _signs_of(tagged: Tagged) -> Iterator[str]:
    words = ["^", *tagged.sentence.plain.split(), "$"]
    yield from words
    yield from (f"{first} {second}" for first, second in pairwise(words))
    if tagged.sentence.asked:
        yield "?"
    yield from (f"={tag}" for tag in tagged.tags)
    weighty = "<" + "".join(tag for tag in tagged.tags if tag not in _LIGHT) + ">"
    for at in range(len(weighty) - 1):
        yield f"={weighty[at : at + 2]}"
        yield f"={weighty[at : at + 3]}"


def _stands(intent: Intent, chances: Chances) -> bool:
    if intent in OTHERWISE:
        return chances[intent] >= IMPOSSIBLE and _requested(chances) <= ASKED
    if intent is Intent.LEFT_POST:
        return chances[intent] >= LEFT_UNLIKELY
    return intent in REQUESTS and chances[intent] >= UNLIKELY


def _requested(chances: Chances) -> float:
    return sum(chances[intent] for intent in REQUESTS)


def _otherwise(decision: Decision, letter: Letter, chances: Chances) -> Decision | None:
    """What asks for nothing on the list, where it plainly is that and no rule is certain of a request."""
    likeliest = max(KNOWN, key=chances.__getitem__)
    certain = any(each.intent in REQUESTS and each.weight > 1 for each in decision.evidence)
    if likeliest not in OTHERWISE or chances[likeliest] < PLAIN or _requested(chances) > ASKED or certain:
        return None
    told = [tagged for tagged in letter.all_sentences if read([tagged])[likeliest] >= PLAIN] or letter.all_sentences
    seen = Evidence(rule=NAME, says="reads as a whole like it", quote=told[0].sentence.text, intent=likeliest)
    return Decision(intent=likeliest, evidence=(seen,))


def _request(decision: Decision, letter: Letter, chances: Chances) -> Decision | None:
    """A request that the rules saw with a doubt, where nothing at all speaks against it."""
    seen = {each.intent for each in decision.evidence}
    intent = next(iter(seen)) if len(seen) == 1 else None
    if intent is None or intent not in REQUESTS or chances[intent] < SURE:
        return None
    whose = intent in (Intent.SUBSCRIBE_SELF, Intent.UNSUBSCRIBE, Intent.LEFT_POST) or letter.others
    doubtful = any(vetoed(tagged, act) for tagged in letter.all_sentences for act in ("join", "leave", "disavows"))
    return Decision(intent=intent, evidence=decision.evidence) if whose and not doubtful else None


def _doubted(decision: Decision) -> Decision:
    if decision.intent is Intent.AMBIGUOUS:
        return decision
    quote = decision.evidence[0].quote if decision.evidence else ""
    seen = Evidence(rule=NAME, says="reads as a whole like something else", quote=quote, intent=None)
    return Decision(intent=Intent.AMBIGUOUS, evidence=(*decision.evidence, seen))


@cache
def _weights() -> Mapping[str, tuple[float, ...]]:
    path = files("newsletter.replies").joinpath("words", "second_reader.json")
    return decoded(json.loads(path.read_text(encoding="utf-8")))


def decoded(table: Mapping[str, str]) -> dict[str, tuple[float, ...]]:
    """The weights that the letters of each sign stand for, in the order of KNOWN and then of the flags."""
    return {sign: tuple((LETTERS.index(letter) - ZERO) / 10 for letter in row) for sign, row in table.items()}
