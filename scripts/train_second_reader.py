"""Teach the second reader of replies from the tuning sets: the weight of each word and pair of words.

python scripts/train_second_reader.py [--check | --validate]

--check only tells whether newsletter/replies/words/second_reader.json is what the sets teach; --validate teaches it ten
times from nine tenths of them and counts how it does on the tenth that it has not seen.
"""

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "bench"))

from written_replies import Written, ours, written  # noqa: E402

from newsletter.replies.intents.letter import Letter  # noqa: E402
from newsletter.replies.second_reader import ABOUT, ASKS, signs  # noqa: E402

TABLE = ROOT / "newsletter" / "replies" / "words" / "second_reader.json"
REQUESTS = {"subscribe_self", "subscribe_other", "unsubscribe", "change_address", "left_post"}
TRAPS = "ambiguous"  # they speak of the list and ask for nothing
_SMOOTHING, _RAREST, _FAINTEST = 0.5, 2, 0.8
Weights = dict[str, float]


def signs_of(reply: Written) -> set[str]:
    """What the second reader sees of a reply."""
    letter = Letter(sender=None, subject=reply.subject, words=reply.own_words, ours=ours())
    return signs(tagged.sentence.plain for tagged in letter.all_sentences)


def taught(replies: Sequence[Written]) -> dict[str, Weights]:
    """The weights for both of its questions; traps tell whether something is asked, not what it is about."""
    return {
        ABOUT: _weights([reply for reply in replies if reply.intent != TRAPS]),
        ASKS: _weights(replies),
    }


def _weights(replies: Sequence[Written]) -> Weights:
    counts, totals = (Counter[str](), Counter[str]()), [0, 0]
    for reply in replies:
        requested = reply.intent in REQUESTS
        totals[requested] += 1
        counts[requested].update(signs_of(reply))
    weights = {
        sign: round(_odds(counts[1][sign], totals[1]) - _odds(counts[0][sign], totals[0]), 1)
        for sign in sorted(counts[0] | counts[1])
        if counts[0][sign] + counts[1][sign] >= _RAREST
    }
    return {sign: weight for sign, weight in weights.items() if abs(weight) >= _FAINTEST}


def _odds(found: int, total: int) -> float:
    return math.log((found + _SMOOTHING) / (total + 2 * _SMOOTHING))


def validate(replies: list[Written]) -> None:
    """Print what the bounds would cost and save on replies that it was not taught by."""
    random.Random(1).shuffle(replies)
    scores: list[tuple[str, float, float]] = []
    for tenth in range(10):
        unseen = replies[tenth::10]
        tables = taught([reply for at, reply in enumerate(replies) if at % 10 != tenth])
        for reply in unseen:
            about, asks = (sum(tables[name].get(sign, 0) for sign in signs_of(reply)) for name in (ABOUT, ASKS))
            scores.append((reply.intent, about, asks))
    asked = [each for each in scores if each[0] in REQUESTS]
    traps = [each for each in scores if each[0] == TRAPS]
    others = [each for each in scores if each[0] not in REQUESTS | {TRAPS}]
    for bound in (0, 1, 2, 3, 4, 6):
        noticed, mistaken = sum(each[1] > bound for each in asked), sum(each[1] > bound for each in others)
        print(
            f"about > {bound}: {noticed} of {len(asked)} requests noticed, {mistaken} of {len(others)} others mistaken"
        )
    for bound in (-4, -2, 0, 2):
        stopped, lost = sum(each[2] < bound for each in traps), sum(each[2] < bound for each in asked)
        print(f"asks < {bound}: {stopped} of {len(traps)} traps stopped, {lost} of {len(asked)} requests doubted")


def as_text(tables: dict[str, Weights]) -> str:
    """The file."""
    return json.dumps(tables, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def main() -> int:
    """Write, check or validate."""
    replies = [reply for reply in written("tuning") if reply.intent]
    if "--validate" in sys.argv:
        validate(replies)
        return 0
    if "--check" in sys.argv:
        fresh = TABLE.read_text(encoding="utf-8") == as_text(taught(replies))
        print("up to date" if fresh else "Run python scripts/train_second_reader.py")
        return 0 if fresh else 1
    TABLE.write_text(as_text(taught(replies)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
