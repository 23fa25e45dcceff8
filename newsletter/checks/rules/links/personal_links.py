"""Links of one reader's own, copied out of a mail: everybody who got the issue could act in their name."""

import re
from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.rendering.forwardable import holds_token

PERSONAL = re.compile(
    r"[?&](?:e-?mail|subscriber|recipient|user)=[^&\"'\s]*(?:@|%40)[^&\"'\s]+|"
    r"[?&](?:subscriber|recipient|uid|token|t|key|sig|hash)=[\w%.-]{12,}",
    re.IGNORECASE,
)
"""What names somebody or stands for somebody in an address; a film's `t=90` does not."""


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for tokens in every address, and in every text."""
    for link in context.links:
        if holds_token(link.url) or PERSONAL.search(link.url):
            yield Fault(message=f"the link '{link.words[:60]}' belongs to one reader alone", spot=link.spot)
    for passage in context.passages:
        if holds_token(passage.text):
            yield Fault(message="this text holds a personal link or code of one reader", spot=passage.spot)


RULE = Rule(
    id="personal-links",
    title="Links of one reader's own",
    severity=Severity.BLOCKS,
    looks_at=Sight.SOURCE,
    why="An issue is forwarded, and the page and the mail for passing it on must hold nothing of one reader's.",
    remedy="Link to the page itself, such as the one for subscribing.",
    look=look,
)
