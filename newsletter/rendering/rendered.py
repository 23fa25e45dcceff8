"""What rendering hands on: plain frozen values, the same bytes for the same input."""

from dataclasses import dataclass

from newsletter.content.variants import Variant


@dataclass(frozen=True, kw_only=True)
class RenderedImage:
    """A picture, sized and compressed for the mail; its name comes from its content."""

    name: str  # file name, such as 3f2a…c1.png
    content: bytes
    content_type: str  # image/png, image/jpeg or image/gif
    width: int  # CSS pixels it is shown at
    height: int

    @property
    def cid(self) -> str:
        """Content-ID without brackets (RFC 2392), used where no server hosts the picture."""
        return f"{self.name.rsplit('.', 1)[0]}@images"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """One event as an iCalendar file (RFC 5545)."""

    name: str  # file name, such as annual-conference.ics
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One variant of an issue, ready to be frozen, looked at or mailed."""

    variant: Variant
    subject: str
    preheader: str
    html: str  # the mail, CSS inlined
    text: str  # its plain-text alternative
    web_html: str  # the web edition, a whole page; pictures at images/NAME, calendars at events/NAME
    web_fragment: str  # the same without frame or styles, to paste into another website
    images: tuple[RenderedImage, ...]
    calendars: tuple[Calendar, ...]
    warnings: tuple[str, ...]  # what an editor should know, such as a picture too small for its place
    embeds_images: bool  # the mail names its pictures by cid:, so they travel inside it

    @property
    def embedded(self) -> tuple[RenderedImage, ...]:
        """The pictures that travel inside the mail: those that it names, and none that only the web edition shows."""
        return tuple(image for image in self.images if self.embeds_images and f"cid:{image.cid}" in self.html)
