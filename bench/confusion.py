"""What the replies that the project wrote are taken for: a table for each set, and what went wrong.

python bench/confusion.py [--write]     --write brings docs/replies.md up to date
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from written_replies import SETS, Written, ours, written

from newsletter.replies import Intent, Verdict, classify

DOCS = Path(__file__).parent.parent / "docs" / "replies.md"
_BEGIN, _END = "<!-- begin of what bench/confusion.py writes -->\n", "<!-- end -->\n"
_SHORT = {
    Intent.SUBSCRIBE_SELF: "join", Intent.SUBSCRIBE_OTHER: "join others", Intent.UNSUBSCRIBE: "leave",
    Intent.CHANGE_ADDRESS: "change", Intent.LEFT_POST: "left post", Intent.FEEDBACK: "feedback",
    Intent.CONTRIBUTION: "contribution", Intent.QUESTION: "question", Intent.FORWARD_ONLY: "forward",
    Intent.SPAM: "spam", Intent.AMBIGUOUS: "ambiguous",
}  # fmt: skip


@dataclass(kw_only=True)
class Outcome:
    """How one set came out."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)  # meant, taken for
    right: int = 0
    ambiguous: int = 0  # of those meant as something
    decidable: int = 0
    decided: int = 0
    harmful: list[str] = field(default_factory=list)
    wrong_kind: list[str] = field(default_factory=list)
    wrong_flags: list[str] = field(default_factory=list)
    wrong_addresses: list[str] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Messages with an intent to be found."""
        return self.counts.total()

    @property
    def safe(self) -> float:
        """The share that is right or ambiguous."""
        return (self.right + self.ambiguous) / self.total


@cache
def outcome(which: str) -> Outcome:
    """Run one set."""
    found = Outcome()
    for reply in written(which):
        verdict = found.verdicts[reply.name] = classify(reply.raw, ours())
        if verdict.kind.value != reply.kind or any(
            getattr(verdict, key) != value for key, value in reply.facts.items()
        ):
            found.wrong_kind.append(reply.name)
        if reply.flags is not None and reply.flags != set(verdict.flags):
            found.wrong_flags.append(reply.name)
        if reply.intent:
            count(found, reply, verdict)
    return found


def count(found: Outcome, reply: Written, verdict: Verdict) -> None:
    """Add one reply."""
    taken = verdict.intent or Intent.AMBIGUOUS
    found.counts[reply.intent, taken.value] += 1
    found.right += reply.hit(verdict)
    found.ambiguous += taken is Intent.AMBIGUOUS and not reply.hit(verdict)
    found.decidable += reply.intent != Intent.AMBIGUOUS
    found.decided += reply.intent != Intent.AMBIGUOUS and taken is not Intent.AMBIGUOUS
    if reply.addresses and taken == reply.intent and not reply.concerns(verdict):
        found.wrong_addresses.append(reply.name)
    if harm := reply.harm(verdict):
        found.harmful.append(f"{reply.name}: {harm}")


def table() -> str:
    """Both sets, as Markdown."""
    return "\n".join(line for which in SETS for line in _of_one(which, outcome(which)))


def _of_one(which: str, found: Outcome) -> list[str]:
    names = list(_SHORT)
    head = "| meant \\ taken for | " + " | ".join(_SHORT[name] for name in names) + " |"
    rows = [
        f"| **{_SHORT[meant]}** | " + " | ".join(str(found.counts[meant, taken] or "") for taken in names) + " |"
        for meant in names
    ]
    decided = 100 * found.decided / found.decidable
    return [
        f"### The {which} set: {found.total} messages",
        "",
        (
            f"Right or ambiguous {100 * found.safe:.1f} %, decided {decided:.1f} % of those that say something, "
            f"harmful acts {len(found.harmful)}, wrong flags {len(found.wrong_flags)}."
        ),
        "",
        head,
        "|---" * (len(names) + 1) + "|",
        *rows,
        "",
    ]


def with_table(page: str) -> str:
    """The page of the documentation with the table as it is now."""
    before, _, rest = page.partition(_BEGIN)
    return f"{before}{_BEGIN}\n{table()}\n{_END}{rest.partition(_END)[2]}"


def main() -> None:
    """Print, or write."""
    if "--write" in sys.argv:
        DOCS.write_text(with_table(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
        return
    print(table())
    for which in SETS:
        found = outcome(which)
        for line in (*found.harmful, *(f"kind: {name}" for name in found.wrong_kind), *found.wrong_flags):
            print(line)


if __name__ == "__main__":
    main()
