"""Walks over everything in an issue that may be kept for some readers or told in another language."""

from collections.abc import Iterator, Sequence

from newsletter.content.sections.base import Part, Section

Path = tuple[int | str, ...]


def all_parts(sections: Sequence[Section], events: Sequence[Part]) -> Iterator[tuple[Path, Part]]:
    """Every event, section and item, each with its place in the YAML tree."""
    for number, event in enumerate(events):
        yield ("events", number), event
    for number, section in enumerate(sections):
        yield ("sections", number), section
        for place, item in enumerate(getattr(section, "items", [])):
            yield ("sections", number, "items", place), item
