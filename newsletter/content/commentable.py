"""An issue made ready for comment: a band that says DRAFT, and a number before every section, item and event.

What is for some readers only is shown to all who comment, and says so. The numbers stand in the words themselves, so
that they are the same in every mail program, in the plain text, and in what somebody quotes when they answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from newsletter.content.issue import Headline, Issue
from newsletter.content.sections import AnySection, Part
from newsletter.content.sections.callout import Callout
from newsletter.content.sections.events import Events

MARK = "[DRAFT]"
_ID = "draft-for-comment"
_WORDS = (
    "This is not agreed yet: please do not pass it on. Answer this mail with what you would change, and begin each "
    "remark with its number, such as *3: the date is wrong*."
)

_Some = TypeVar("_Some", bound=Part)


@dataclass(frozen=True, kw_only=True)
class Commentable:
    """A draft as it is mailed, and what its numbers mean."""

    issue: Issue
    places: Mapping[int, str]  # number to `section` or `section/item`, by their ids


@dataclass(kw_only=True)
class _Numbers:
    """Gives one number after another, and remembers which part got it."""

    places: dict[int, str] = field(default_factory=dict)

    def next(self, place: str) -> int:
        number = len(self.places) + 1
        self.places[number] = place
        return number


def commentable(issue: Issue, *, note: str = "") -> Commentable:
    """The issue with its band and its numbers; `note` is what the sender adds, in Markdown."""
    numbers = _Numbers()
    events: dict[str, int] = {}
    sections = [_numbered(section, numbers, events, issue) for section in issue.shown_sections]
    marked = [_marked(event, events[event.id]) if event.id in events else event for event in issue.events]
    band = Callout(type="callout", id=_ID, heading="Draft for comment", text=_WORDS, closing=note)
    draft = issue.numbered(
        title=f"{MARK} {issue.title}",
        subject=f"{MARK} {issue.subject_line}",
        translations={language: _marked_headline(told) for language, told in issue.translations.items()},
        sections=[band, *sections],
        events=marked,
    )
    return Commentable(issue=draft, places=numbers.places)


def _marked_headline(told: Headline) -> Headline:
    return told.model_copy(
        update={name: f"{MARK} {text}" for name in ("title", "subject") if (text := getattr(told, name))}
    )


def _numbered(section: AnySection, numbers: _Numbers, events: dict[str, int], issue: Issue) -> AnySection:
    marked = _marked(section, numbers.next(section.id))
    if isinstance(section, Events):
        for event_id in section.show or [event.id for event in issue.events]:
            if event_id not in events:
                events[event_id] = numbers.next(f"{section.id}/{event_id}")
    items: Sequence[Part] = getattr(section, "items", ())
    entries = [_marked(item, numbers.next(f"{section.id}/{item.id}")) for item in items]
    return marked.model_copy(update={"items": entries}) if entries else marked


def _marked(part: _Some, number: int) -> _Some:
    """The part with its number before its first words, in every language it is told in, and shown to everybody."""
    name = next((name for name in ("heading", "title", "text") if getattr(part, name, "")), "heading")
    mark = f"[{number}, {part.audience} only]" if part.audience else f"[{number}]"
    told = {
        language: fields | ({name: f"{mark} {fields[name]}"} if name in fields else {})
        for language, fields in part.translations.items()
    }
    words = f"{mark} {getattr(part, name)}".rstrip()
    return part.model_copy(update={name: words, "translations": told, "audience": None})
