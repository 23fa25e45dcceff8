"""Teach the second reader of replies: how much each word and meaning speaks for each intent.

python scripts/train_second_reader.py [--check | --validate]

--check only tells whether newsletter/replies/words/second_reader.json is what the tuning set teaches; --validate judges
each set that was once blind by a reader taught without it, and prints what each bound would cost and save.
"""

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "bench"))

from confusion import Outcome, count  # noqa: E402
from written_replies import Written, letter_of, ours, written  # noqa: E402

from newsletter.replies import classify, second_reader  # noqa: E402
from newsletter.replies.second_reader import KNOWN, LETTERS, ZERO, likelihood, likelihoods, signs  # noqa: E402
from newsletter.replies.verdict import Flag  # noqa: E402

TABLE = ROOT / "newsletter" / "replies" / "words" / "second_reader.json"
_ROUNDS, _STEP, _FLAG_WEIGHS = 10, 0.15, 3
_WIDE = len(KNOWN) + len(Flag)
_RAREST, _FAINTEST, _SETTLED = 3, 0.15, 0.02  # times seen; weight kept; error too small to learn from
_ONCE_BLIND = ("second", "third", "fourth", "fifth", "seventh", "eighth", "ninth", "tenth", "eleventh")
_BOUNDS = {
    "UNLIKELY": (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7),
    "SURE": (0.6, 0.7, 0.8, 0.9, 0.95, 1.1),
    "PLAIN": (0.4, 0.5, 0.6, 0.7, 0.8, 1.1),
    "IMPOSSIBLE": (0.0, 0.05, 0.1, 0.2),
    "RAISED": (0.2, 0.3, 0.4, 0.5, 1.1),
    "ASKED": (0.1, 0.2, 0.3, 0.4, 0.5),
}
Pairs = list[tuple[list[float], list[float]]]  # of each sign of a reply: its weights, and how far they have moved


def taught(replies: Sequence[Written]) -> dict[str, str]:
    """The table: logistic regression, step by step, each weight slower the more it has moved."""
    lessons = [(sorted(signs(letter_of(reply).all_sentences)), _meant(reply)) for reply in replies if _teaches(reply)]
    times = Counter(sign for seen, _ in lessons for sign in seen)
    rows = {sign: ([0.0] * _WIDE, [1.0] * _WIDE) for sign, count in times.items() if count >= _RAREST}
    examples = [([rows[sign] for sign in seen if sign in rows], meant) for seen, meant in lessons]
    order = random.Random(1)
    for _ in range(_ROUNDS):
        order.shuffle(examples)
        for pairs, meant in examples:
            _learn(pairs, meant)
    weights = {sign: row for sign, (row, _) in rows.items()}
    return {sign: _letters(row) for sign, row in sorted(weights.items()) if max(map(abs, row)) >= _FAINTEST}


def _teaches(reply: Written) -> bool:
    """A mail passed on is read in the words inside, which are not those written here."""
    says = reply.intent in KNOWN or reply.flags is not None
    return says and reply.kind == "human" and not reply.passed_on and bool(letter_of(reply).all_sentences)


def _meant(reply: Written) -> frozenset[int]:
    """The places in a row of what a reply says: an intent, if that is told, and flags."""
    return frozenset(
        place for place, name in enumerate((*KNOWN, *Flag)) if name in {reply.intent, *(reply.flags or ())}
    )


def _learn(pairs: Pairs, meant: frozenset[int]) -> None:
    sums = [0.0] * _WIDE
    for row, _ in pairs:
        for place, weight in enumerate(row):
            sums[place] += weight
    errors = [(place, error) for place, error in _errors(sums, meant) if abs(error) > _SETTLED]
    for row, moved in pairs:
        for place, error in errors:
            moved[place] += error * error
            row[place] -= _STEP * error / math.sqrt(moved[place])


def _errors(sums: list[float], meant: frozenset[int]) -> Iterator[tuple[int, float]]:
    """How far each chance is from what was meant; the few mails with a flag weigh more than the many without."""
    if min(meant, default=_WIDE) < len(KNOWN):
        for place, chance in enumerate(likelihoods(sums)):
            yield place, chance - (place in meant)
    for place in range(len(KNOWN), _WIDE):
        error = likelihood(sums[place]) - (place in meant)
        yield place, error * _FLAG_WEIGHS if place in meant else error


def _letters(row: list[float]) -> str:
    return "".join(LETTERS[max(0, min(len(LETTERS) - 1, ZERO + round(weight * 10)))] for weight in row)


def validate(replies: Sequence[Written]) -> None:
    """Each set that was once blind, judged by a reader taught without it; one bound moved at a time."""
    unseen = {name: [reply for reply in replies if f"/{name}_" in reply.name] for name in _ONCE_BLIND}
    readers = {
        name: second_reader.decoded(taught([reply for reply in replies if reply not in known]))
        for name, known in unseen.items()
    }
    for bound, values in _BOUNDS.items():
        kept = getattr(second_reader, bound)
        for value in values:
            setattr(second_reader, bound, value)
            print(f"{bound} {value}: {_judged(unseen, readers)}", "(as it is)" if value == kept else "")
        setattr(second_reader, bound, kept)


def _judged(unseen: dict[str, list[Written]], readers: dict[str, dict[str, tuple[float, ...]]]) -> str:
    found = Outcome()
    for name, replies in unseen.items():
        second_reader._weights = lambda name=name: readers[name]  # type: ignore[assignment, misc]  # noqa: SLF001
        for reply in replies:
            if reply.intent:
                count(found, reply, classify(reply.raw, ours()))
    safe, decided = 100 * found.safe, 100 * found.decided / found.decidable
    return f"harmful {len(found.harmful)}, right or ambiguous {safe:.1f} %, decided {decided:.1f} %"


def as_text(table: dict[str, str]) -> str:
    """The file."""
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def main() -> int:
    """Write, check or validate."""
    replies = written("tuning")
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
