"""Sentences that a reader has to begin again."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.vocabulary import sentences_in

_LONGEST = 40  # words


def look(context: CheckContext) -> Iterator[Fault]:
    """Count the words of every sentence of our own."""
    for passage in context.passages:
        for sentence in () if passage.quoted else sentences_in(passage.text):
            length = len(sentence.split())
            if length > _LONGEST:
                message = f"the sentence '{' '.join(sentence.split()[:6])} …' has {length} words"
                yield Fault(message=message, spot=passage.spot, quote=sentence)


RULE = Rule(
    id="long-sentences",
    title="Long sentences",
    severity=Severity.NOTES,
    looks_at=Sight.SOURCE,
    why="GOV.UK splits sentences beyond 25 words; beyond 40 most readers lose the thread on a phone.",
    remedy="Make two or three sentences of it, or a list.",
    look=look,
)
