"""A plain text part that leaves nothing out: every heading, titled item and link of the sections a variant shows."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.prose import LinkUse, Walker
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.checks.spot import Spot
from newsletter.content.sections import Section
from newsletter.content.sections.events import Events
from newsletter.content.selection import events_for, sections_for
from newsletter.content.variants import Variant


def look(context: CheckContext) -> Iterator[Fault]:
    """Look for what the HTML part says in the text part of each variant."""
    for mail in context.mails or ():
        text = _folded(mail.text)
        for section in sections_for(context.issue, mail.variant, "email"):
            spot = Spot(section=section.id)
            if _folded(section.heading) not in text:
                yield Fault(message=f"the heading '{section.heading}' is missing from the plain text", spot=spot)
            for title in (getattr(item, "title", "") for item in getattr(section, "items", ())):
                if _folded(title) not in text:
                    yield Fault(message=f"the item '{title}' is missing from the plain text", spot=spot)
            for url in _addresses(context, section, mail.variant):
                if not _is_told(url, mail.text):
                    yield Fault(message=f"the link {url[:80]} is missing from the plain text", spot=spot)


def _addresses(context: CheckContext, section: Section, variant: Variant) -> Iterator[str]:
    for found in Walker(context.issue).part(section, Spot(), variant.language):
        # Translations that this variant shows come as sections and items of their own.
        if isinstance(found, LinkUse) and "translations" not in found.spot.location:
            yield found.url
    if isinstance(section, Events):
        yield from (event.url for event in events_for(context.issue, section.show, variant, "email") if event.url)


def _is_told(url: str, text: str) -> bool:
    scheme, _, rest = url.partition(":")
    return url in text or (scheme.lower() in ("mailto", "tel") and rest.partition("?")[0] in text)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


RULE = Rule(
    id="text-part",
    title="Plain text that leaves something out",
    severity=Severity.WARNS,
    looks_at=Sight.TEXT,
    why="RFC 2046 section 5.1.4: alternatives say the same; spam filters count a text part unlike the HTML against it.",
    remedy="Mend the section's text partial in templates/email/sections/.",
    look=look,
    needs=("mails",),
)
