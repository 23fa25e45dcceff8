"""What is lost where pictures are not shown: links, and whole mails, that are pictures alone."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_FEWEST = 20  # words


def look(context: CheckContext) -> Iterator[Fault]:
    """Read the mail without its pictures."""
    for document in context.documents:
        for link in document.iter("a"):
            said = "".join(map(str, link.itertext())).strip() + "".join(i.get("alt") or "" for i in link.iter("img"))
            if not said.strip() and link.get("href"):
                yield Fault(message=f"the link to {(link.get('href') or '')[:80]} is a picture without an alt text")
        body = document.find("body")
        words = len("".join(map(str, body.itertext())).split()) if body is not None else 0
        if document.find(".//img") is not None and words < _FEWEST:
            yield Fault(message=f"without its pictures the mail has {words} words")


RULE = Rule(
    id="images-off",
    title="Mails without their pictures",
    severity=Severity.BLOCKS,
    looks_at=Sight.HTML,
    why="Outlook shows no pictures from strangers; WCAG 2.2 SC 2.4.4; filters count mails of pictures alone as spam.",
    remedy="Write an alt text, and say in words what the pictures say.",
    look=look,
    needs=("mails",),
)
