"""From what the rules saw to one intent: an act only where every sign agrees, else what weighs most, else ambiguous.

A wrong act on somebody's subscription is worth fifty undecided mails, so whatever speaks against an act stops it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.replies.intents.letter import Evidence
from newsletter.replies.verdict import Intent

ACTS = (Intent.SUBSCRIBE_SELF, Intent.SUBSCRIBE_OTHER, Intent.UNSUBSCRIBE, Intent.CHANGE_ADDRESS, Intent.LEFT_POST)
# Two acts in one mail that make sense together, and what they are then.
_TOGETHER = {
    frozenset((Intent.SUBSCRIBE_SELF, Intent.SUBSCRIBE_OTHER)): Intent.SUBSCRIBE_OTHER,
    frozenset((Intent.UNSUBSCRIBE, Intent.CHANGE_ADDRESS)): Intent.CHANGE_ADDRESS,
    frozenset((Intent.SUBSCRIBE_OTHER, Intent.CHANGE_ADDRESS)): Intent.CHANGE_ADDRESS,
    frozenset((Intent.UNSUBSCRIBE, Intent.LEFT_POST)): Intent.UNSUBSCRIBE,
    frozenset((Intent.SUBSCRIBE_OTHER, Intent.LEFT_POST)): Intent.LEFT_POST,
    frozenset((Intent.CHANGE_ADDRESS, Intent.LEFT_POST)): Intent.CHANGE_ADDRESS,
    frozenset((Intent.SUBSCRIBE_SELF, Intent.LEFT_POST)): Intent.SUBSCRIBE_SELF,
    frozenset((Intent.UNSUBSCRIBE, Intent.SUBSCRIBE_OTHER)): Intent.LEFT_POST,
    frozenset((Intent.UNSUBSCRIBE, Intent.SUBSCRIBE_OTHER, Intent.LEFT_POST)): Intent.LEFT_POST,
}
_JOINS = (Intent.SUBSCRIBE_SELF, Intent.SUBSCRIBE_OTHER)  # "send it to my new address" seems to ask for that too
_OPPOSITE = {Intent.SUBSCRIBE_SELF, Intent.UNSUBSCRIBE}
_ENOUGH = 2  # weight that decides
# Where several weigh enough: thanks often go before a question, and a question goes with what somebody brings.
_ORDER = (Intent.SPAM, Intent.CONTRIBUTION, Intent.QUESTION, Intent.FEEDBACK)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """An intent and the evidence it rests on."""

    intent: Intent
    evidence: tuple[Evidence, ...]


def decide(evidence: Sequence[Evidence]) -> Decision:
    """One intent, with what speaks for it; if ambiguous, with all there was."""
    moved = {each.quote for each in evidence if each.intent is Intent.CHANGE_ADDRESS}
    evidence = [each for each in evidence if each.quote not in moved or each.intent not in _JOINS]
    against = [each for each in evidence if each.intent is None]
    acts = {each.intent for each in evidence if each.intent and each.intent in ACTS and each.weight >= _ENOUGH}
    if against:
        return _despite(against, acts, evidence)
    if acts:
        return _act(frozenset(acts), evidence)
    if any(each.intent in ACTS for each in evidence):
        return Decision(intent=Intent.AMBIGUOUS, evidence=tuple(evidence))
    return _heaviest(evidence)


def _despite(against: Sequence[Evidence], acts: set[Intent], evidence: Sequence[Evidence]) -> Decision:
    """Something speaks against an act: a colleague who left may be told of, nothing else is done."""
    left = tuple(each for each in evidence if each.intent is Intent.LEFT_POST)
    quoted = {each.quote for each in against}
    besides = [each for each in evidence if each.quote not in quoted]
    if left and {each.rule for each in against} == {"remove-other"} and not _acts_besides(besides):
        return Decision(intent=Intent.LEFT_POST, evidence=(*left, *against))
    if acts == {Intent.CHANGE_ADDRESS} and {each.rule for each in against} == {"stays"}:
        return _act(frozenset(acts), evidence)  # "keep sending it, to my new address"
    return Decision(intent=Intent.AMBIGUOUS, evidence=tuple(evidence))


def _acts_besides(evidence: Sequence[Evidence]) -> bool:
    return any(
        each.intent in ACTS and each.intent not in (Intent.LEFT_POST, Intent.SUBSCRIBE_OTHER) for each in evidence
    )


def _act(acts: frozenset[Intent], evidence: Sequence[Evidence]) -> Decision:
    others = {each.intent for each in evidence if each.rule.startswith("near-")}
    if acts == {Intent.LEFT_POST} and Intent.UNSUBSCRIBE in others:
        return Decision(intent=Intent.AMBIGUOUS, evidence=tuple(evidence))  # whoever leaves may want to be taken off
    if acts <= _OPPOSITE and {"subscribe", "unsubscribe"} <= {each.rule for each in evidence}:
        return Decision(intent=Intent.AMBIGUOUS, evidence=tuple(evidence))  # one is plain, the other doubtful
    intent = next(iter(acts)) if len(acts) == 1 else _TOGETHER.get(acts, Intent.AMBIGUOUS)
    intent = intent or Intent.AMBIGUOUS
    chosen = (
        tuple(each for each in evidence if each.intent in acts) if intent is not Intent.AMBIGUOUS else tuple(evidence)
    )
    return Decision(intent=intent, evidence=chosen)


def _heaviest(evidence: Sequence[Evidence]) -> Decision:
    weights: dict[Intent, int] = defaultdict(int)
    for each in evidence:
        if each.intent:
            weights[each.intent] += each.weight
    enough = [intent for intent in _ORDER if weights[intent] >= _ENOUGH]
    if not enough:
        return Decision(intent=Intent.AMBIGUOUS, evidence=tuple(evidence))
    return Decision(intent=enough[0], evidence=tuple(each for each in evidence if each.intent is enough[0]))
