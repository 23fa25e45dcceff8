"""The two lines that an inbox shows: the subject and the sentence after it."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot

_SHORTEST, _LONGEST = 20, 70  # characters: less says little, more is cut on a phone and in most lists
_LONGEST_PREHEADER = 150


def look(context: CheckContext) -> Iterator[Fault]:
    """Measure both, and compare them."""
    issue = context.issue
    subject, preheader = issue.subject_line, issue.preheader
    spot = Spot(location=("subject",) if issue.subject else ("title",))
    below = Spot(location=("preheader",))
    if len(subject) < _SHORTEST:
        yield Fault(message=f"the subject '{subject}' has {len(subject)} characters and says little", spot=spot)
    if len(subject) > _LONGEST:
        yield Fault(message=f"the subject has {len(subject)} characters; inboxes cut it after {_LONGEST}", spot=spot)
    for language in issue.sent_in:
        if language != issue.lang and issue.in_language(language).subject_line == subject:
            message = f"the version in '{language}' goes out under the same subject"
            yield Fault(message=message, spot=spot, remedy="Tell title and subject in that language too.")
    if _repeats(preheader, subject):
        yield Fault(message="the preheader repeats the subject", spot=below)
    if len(preheader) > _LONGEST_PREHEADER:
        message = f"the preheader has {len(preheader)} characters; no inbox shows more than {_LONGEST_PREHEADER}"
        yield Fault(message=message, spot=below, severity=Severity.NOTES)


def _repeats(one: str, other: str) -> bool:
    """Whether all that one says stands in the other too."""
    one, other = (text.casefold().strip(" .!") for text in (one, other))
    return one == other or (len(one) >= _SHORTEST and one in other)


RULE = Rule(
    id="subject",
    title="Subject and preheader",
    severity=Severity.WARNS,
    looks_at=Sight.SOURCE,
    why="Phones show 30 to 40 characters of a subject, desktop lists 60 to 70; the preheader follows it.",
    remedy="Say what is in this issue in 20 to 70 characters, and something else in the preheader.",
    look=look,
)
