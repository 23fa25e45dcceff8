"""What templates see of an issue: the parts of one variant, and functions that turn them into words and links."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from markupsafe import Markup

from newsletter.content import dates
from newsletter.content.bodies import Body
from newsletter.content.event import Event
from newsletter.content.issue import Issue
from newsletter.content.sections import Image, Part, Section
from newsletter.content.selection import Medium, events_for, sections_for
from newsletter.content.translation import translated
from newsletter.content.variants import Variant
from newsletter.rendering.calendar import calendar
from newsletter.rendering.images import HIGHEST, prepare_image
from newsletter.rendering.links import Links
from newsletter.rendering.markup import to_html
from newsletter.rendering.plaintext import to_text
from newsletter.rendering.rendered import Calendar, RenderedImage
from newsletter.rendering.theme import Theme
from newsletter.rendering.words import direction, translator

GUTTER = 32  # CSS pixels left and right of the text; templates/email/frame.mjml.j2 has the same


class View:
    """One variant of one issue in one medium. Pictures and calendars that a template asks for are gathered here."""

    def __init__(self, issue: Issue, theme: Theme, variant: Variant, medium: Medium) -> None:
        """Choose what is shown."""
        self.issue, self.theme, self.variant, self.medium = issue.in_language(variant.language), theme, variant, medium
        self.publication = theme.publication
        self.links = Links(theme.publication, issue.id)
        self.zone = ZoneInfo(theme.publication.timezone)
        self.language = variant.language
        self.direction = direction(variant.language)
        self.sections: list[Section] = sections_for(issue, variant, medium)
        self.contents = [section for section in self.sections if section.heading and not issue.is_numbered]
        self.images: dict[str, RenderedImage] = {}
        self.calendars: dict[str, Calendar] = {}
        self.warnings: list[str] = []

    @property
    def subject(self) -> str:
        """Subject of the mail, and title of every page made from it."""
        return self.issue.subject_line

    @property
    def content_width(self) -> int:
        """Width of text and pictures in CSS pixels."""
        return self.theme.width - 2 * GUTTER

    def say(self, phrase: str, part: Part | None = None, **values: object) -> str:
        """A phrase of the frame in the language of a part, or of the variant."""
        return translator(self._language(part))(phrase).format(**values)

    def html(self, text: str, part: Part | None = None, heading: int = 3) -> Markup:
        """Markdown as HTML."""
        return to_html(text, self._resolver(part), heading=heading)

    def text(self, text: str, part: Part | None = None, indent: str = "") -> str:
        """Markdown as plain text."""
        return to_text(text, self._resolver(part), indent)

    def lang(self, part: Part, around: Part | None = None) -> Markup:
        """`lang` and `dir` attributes where a part is in another language than what stands around it, or the page."""
        language = self._language(part)
        if language == self._language(around):
            return Markup()
        return Markup(' lang="{}" dir="{}"').format(language, direction(language))

    def when(self, event: Event, part: Part | None = None) -> str:
        """Day and times of an event in words, to stand on a line of its own."""
        words = dates.event_when(event, self._language(part or event))
        return words[0].upper() + words[1:]

    def day(self, value: date) -> str:
        """A day in words."""
        return dates.short_day(value, self.language)

    def month(self, value: date) -> str:
        """The first three letters of a month, for the tile beside an event."""
        return dates.month(value, self.language)[:3]

    def event(self, event_id: str, part: Part) -> Event:
        """The event with this id, in the language of the part that names it where it is told in that."""
        event, language = self.issue.event(event_id), self._language(part)
        return translated(event, language) if language in event.translations else event

    def events(self, event_ids: list[str]) -> list[Event]:
        """The events with these ids, or all of the issue's, in order of time."""
        return events_for(self.issue, event_ids, self.variant, self.medium)

    def body(self, body_id: str) -> Body:
        """A body of the register."""
        return self.issue.bodies.get(body_id) or Body(id=body_id, name=body_id.upper(), nation="uk")

    def body_name(self, body_id: str, part: Part | None = None) -> str:
        """Name of a body in the language of a part."""
        return self.body(body_id).name_in(self._language(part))

    def picture(self, image: Image, width: int | None = None) -> RenderedImage:
        """A picture of the issue, made ready; its address is `src(picture)`."""
        folder = self.issue.folder or Path()
        return self._gather(folder / "images" / image.file, width or self.content_width)

    def logo(self) -> RenderedImage | None:
        """The workspace's logo, if it has one."""
        return self._gather(self.theme.root / self.theme.logo, 240) if self.theme.logo and self.theme.root else None

    def _gather(self, path: Path, width: int) -> RenderedImage:
        prepared = prepare_image(path, width)
        if prepared.width < width // 2 and prepared.height < HIGHEST // 2:
            self.warnings.append(f"the picture '{path.name}' is only {prepared.width} pixels wide and will look small")
        self.images[prepared.name] = prepared
        return prepared

    def src(self, picture: RenderedImage) -> str:
        """Address of a picture: beside the page on the web; on our server or inside the mail for readers' inboxes."""
        if self.medium == "web":
            return f"images/{picture.name}"
        return self.links.image(picture.name) or f"cid:{picture.cid}"

    def ics(self, event: Event) -> str:
        """Address of an event's calendar file; empty in a mail with no server behind it."""
        if self.medium == "email" and not self.publication.base_url:
            return ""
        made = self._calendar(event)
        self.calendars[made.name] = made
        return f"events/{made.name}" if self.medium == "web" else self.links.calendar(made.name)

    def schema(self, event: Event) -> dict[str, object]:
        """The event as schema.org markup, for the web edition."""
        start, end = event.start(self.zone), event.end(self.zone)
        facts = {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": event.title,
            "startDate": (start or event.date).isoformat(),
            "endDate": (end or event.until or event.date).isoformat(),
            "location": {"@type": "Place", "name": event.place} if event.place else None,
            "url": event.url,
            "organizer": {"@type": "Organization", "name": self.publication.organisation},
        }
        return {key: value for key, value in facts.items() if value}

    def _calendar(self, event: Event) -> Calendar:
        published = datetime.combine(self.issue.date, datetime.min.time(), self.zone)
        list_id = self.publication.list_id
        return calendar(event, issue_id=self.issue.id, list_id=list_id, published=published, zone=self.zone)

    def _language(self, part: Part | None) -> str:
        """Language of a part's words; a part that was never translated keeps the issue's own."""
        return (part.lang or self.issue.lang) if part else self.language

    def _resolver(self, part: Part | None) -> Callable[[str], tuple[str, str]]:
        language = self._language(part)

        def resolve(target: str) -> tuple[str, str]:
            scheme, _, value = target.partition(":")
            if scheme == "date":
                day = date.fromisoformat(value)
                return dates.day(day, language), day.isoformat()
            event = self.issue.event(value)
            return dates.event_when(event, language), event.date.isoformat()

        return resolve
