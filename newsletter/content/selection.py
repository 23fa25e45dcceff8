"""What of an issue one reader sees: filtered by audience and medium, in one language."""

from collections.abc import Iterator
from typing import Any, Literal

from newsletter.content.event import Event
from newsletter.content.issue import Issue
from newsletter.content.sections.base import Part, Section
from newsletter.content.translation import AnyPart, renditions
from newsletter.content.variants import Variant

Medium = Literal["email", "web"]


def sections_for(issue: Issue, variant: Variant, medium: Medium) -> list[Section]:
    """The sections of a variant, each with the items it shows; a section whose items all fall away goes too."""
    shown: list[Section] = []
    for section in issue.shown_sections:
        for part in _shown(issue, section, variant, medium):
            rendition = _spoken(part, issue.lang)
            items = getattr(rendition, "items", None)
            if items is None:
                shown.append(rendition)
            elif kept := [part for item in items for part in _shown(issue, item, variant, medium)]:
                shown.append(rendition.model_copy(update={"items": kept}))
    return shown


def events_for(issue: Issue, event_ids: list[str], variant: Variant, medium: Medium) -> list[Event]:
    """The events with these ids (all if none are given) that a variant shows, in the order they happen."""
    chosen = [event for event in issue.events if not event_ids or event.id in event_ids]
    shown = [part for event in chosen for part in _shown(issue, event, variant, medium)]
    return sorted(
        (part for part in shown if isinstance(part, Event)), key=lambda event: (event.date, str(event.starts or ""))
    )


def _shown(issue: Issue, part: AnyPart, variant: Variant, medium: Medium) -> Iterator[AnyPart]:
    if _visible(part, variant, medium):
        yield from renditions(_spoken(part, issue.lang), variant.language, issue.sent_in)


def _spoken(part: AnyPart, language: str) -> AnyPart:
    """The part with its language written down, and its items with theirs: the section's, where they name none."""
    known: dict[str, Any] = {"lang": part.lang or language}
    items = getattr(part, "items", None)
    if items is not None:
        known["items"] = [_spoken(item, known["lang"]) for item in items]
    return part.model_copy(update=known)


def _visible(part: Part, variant: Variant, medium: Medium) -> bool:
    return part.only in (None, medium) and (part.audience is None or part.audience in variant.audiences)
