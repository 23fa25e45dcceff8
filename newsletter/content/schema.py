"""The format of `issue.yaml` told twice from the same classes: as JSON Schema and as a page for people."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from newsletter.content.event import Event
from newsletter.content.issue import Issue, Waiver
from newsletter.content.sections import SECTION_TYPES, Image, Link, Quotation
from newsletter.content.sections.base import Part


def issue_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an issue."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "issue.yaml"}
    return head | {key: value for key, value in Issue.model_json_schema().items() if key != "title"}


def format_page() -> str:
    """The page `docs/issue-format.md`; a test compares it with the file."""
    lines = [
        "# The format of issue.yaml",
        "",
        "This page is made from the classes in `newsletter/content/`; `python scripts/write_docs.py` renews it.",
        "Texts marked *Markdown* may use paragraphs, lists, **strong** and *stressed* words, links, quotations and",
        "tables. `<date:2025-11-28>` becomes *Friday 28 November 2025*, and `<event:ID>` the day and times of an event",
        "of the issue. HTML is not used.",
        "",
        *_chapter("The issue", Issue),
        *_chapter("An event", Event),
        *(line for name, model in SECTION_TYPES.items() for line in _section(name, model)),
        *_chapter("A picture", Image),
        *_chapter("A link", Link),
        *_chapter("A quotation", Quotation),
        *_chapter("A waiver", Waiver),
        *_chapter("What every section, item and event may have", Part),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _section(name: str, model: type[BaseModel]) -> Iterator[str]:
    yield from _chapter(f"Section `{name}`", model, leave_out=set(Part.model_fields) | {"type"})
    for nested in _nested(model):
        yield from _chapter(f"`{nested.__name__}` in `{name}`", nested, leave_out=set(Part.model_fields), level=3)


def _nested(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Models that this section type alone uses."""
    for field in model.model_fields.values():
        for inner in getattr(field.annotation, "__args__", ()):
            if isinstance(inner, type) and issubclass(inner, BaseModel) and inner.__module__ == model.__module__:
                yield inner


def _chapter(title: str, model: type[BaseModel], *, leave_out: set[str] | None = None, level: int = 2) -> Iterator[str]:
    yield from (f"{'#' * level} {title}", "", " ".join((model.__doc__ or "").split()), "")
    yield from ("| field | needed | meaning |", "|---|---|---|")
    for name, field in model.model_fields.items():
        if name not in (leave_out or set()):
            yield f"| `{name}` | {'yes' if field.is_required() else ''} | {field.description or ''} |"
    yield ""
