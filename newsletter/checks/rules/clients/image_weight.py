"""Pictures that take long on a phone, and mails with too many of them."""

from collections.abc import Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight

_HEAVY, _ALL = 300_000, 1_500_000  # bytes
_MOST = 25


def look(context: CheckContext) -> Iterator[Fault]:
    """Weigh each picture of the mail, and all of them."""
    for mail in context.mails or ():
        pictures = mail.embedded if mail.embeds_images else mail.images
        for image in pictures:
            if len(image.content) > _HEAVY:
                yield Fault(message=f"the picture {image.name} has {len(image.content) // 1000:,} KB")
        weight = sum(len(image.content) for image in pictures)
        if weight > _ALL:
            yield Fault(message=f"all pictures together have {weight // 1000:,} KB")
        if len(pictures) > _MOST:
            yield Fault(message=f"the mail has {len(pictures)} pictures", severity=Severity.NOTES)


RULE = Rule(
    id="image-weight",
    title="Heavy pictures",
    severity=Severity.WARNS,
    looks_at=Sight.HTML,
    why="On a weak line a phone loads 100 KB a second; many gateways hold or refuse mails of several megabytes.",
    remedy="Save photographs as JPEG at twice the width that they are shown at, and leave some to the web edition.",
    look=look,
    needs=("mails",),
)
