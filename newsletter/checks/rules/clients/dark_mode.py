"""A mail that does not say it knows dark mode, and pictures with dark lines on nothing."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.rendering.images import is_dark_on_nothing


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for the two metas, and at every picture with see-through parts."""
    for document in context.documents:
        named = {(meta.get("name") or "").lower(): meta.get("content") or "" for meta in document.iter("meta")}
        for name in ("color-scheme", "supported-color-schemes"):
            if "dark" not in named.get(name, ""):
                message = f"no <meta name='{name}'> says that the mail knows dark mode"
                yield Fault(message=message, remedy="Mend templates/email/head.mjml.j2.")
    for mail in context.mails or ():
        for image in mail.images:
            if is_dark_on_nothing(image.content):
                yield Fault(message=f"the picture {image.name} is dark on a see-through ground")


RULE = Rule(
    id="dark-mode",
    title="What goes wrong in the dark",
    severity=Severity.WARNS,
    looks_at=Sight.HTML,
    why="Apple Mail and Outlook put a dark ground behind a mail; dark lines of a see-through picture vanish on it.",
    remedy="Save the picture with a light ground or a light edge around its lines.",
    look=look,
    needs=("mails",),
)
