"""Bodies that hold something of one reader's own: whoever gets a forwarded copy could act in their name."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.rules.links.personal_links import PERSONAL
from newsletter.rendering.forwardable import holds_token


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for tokens in both bodies of every variant, and for addresses that carry somebody's own."""
    for mail in context.mails or ():
        for kind, body in (("HTML", mail.html), ("plain text", mail.text)):
            if holds_token(body):
                yield Fault(message=f"the {kind} holds a personal link or code")
            if (found := PERSONAL.search(body)) and not _is_told(context, found[0]):
                yield Fault(message=f"a link in the {kind} carries '{found[0][1:40]}'", severity=Severity.WARNS)


def _is_told(context: CheckContext, words: str) -> bool:
    """Whether it stands in a link of the issue, where `personal-links` tells its place."""
    return any(words in link.url for link in context.links)


RULE = Rule(
    id="forward-safe",
    title="What must not be passed on",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="A forwarded copy must be harmless: nothing in a body may unsubscribe, sign in or name a reader.",
    remedy="Take the link out; personal links stand in the List-Unsubscribe header alone.",
    look=look,
    needs=("mails",),
)
