"""Parts told in more than one language: which words are shown in which edition.

A translation replaces the original where the issue is sent in that language as a whole; otherwise it is shown beneath.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from newsletter.content.parts import all_parts
from newsletter.content.problems import explain
from newsletter.content.sections.base import Part, Section
from newsletter.errors import Problem

AnyPart = TypeVar("AnyPart", bound=Part)


def translated(part: AnyPart, language: str, context: Mapping[str, Any] | None = None) -> AnyPart:
    """The part in another language; fields without a translation keep the original's."""
    fields = part.model_dump(exclude={"translations"}) | part.translations[language]
    return type(part).model_validate(fields | {"lang": language}, context=dict(context or {}))


def renditions(part: AnyPart, language: str, sent_in: Sequence[str]) -> Iterator[AnyPart]:
    """What is shown of a part in the edition of a language: itself or its translation, then the others beneath."""
    yield translated(part, language) if language in part.translations else part
    for other in part.translations:
        if other not in sent_in:
            below = translated(part, other)
            yield below.model_copy(update={"id": f"{part.id}-{other.lower()}"})


def translation_problems(
    sections: Sequence[Section],
    events: Sequence[Part],
    context: Mapping[str, Any],
    file: str,
    source: Mapping[str, Any],
) -> list[Problem]:
    """Every translation is held to the same rules as the original; problems carry the original's line."""
    problems: list[Problem] = []
    for path, part in all_parts(sections, events):
        for language in part.translations:
            try:
                translated(part, language, context)
            except ValidationError as error:
                problems += _placed(error, part, path, language, file, source)
    return problems


def _placed(
    error: ValidationError, part: Part, path: tuple[int | str, ...], language: str, file: str, source: Mapping[str, Any]
) -> list[Problem]:
    wrapped = ValidationError.from_exception_data(
        error.title,
        [
            {
                "type": line["type"],
                "loc": (*path, "translations", language, *line["loc"]),
                "input": line["input"],
                "ctx": line.get("ctx", {}),
            }
            for line in error.errors(include_url=False)
        ],
    )
    return explain(wrapped, file=file, model=type(part), source=source)
