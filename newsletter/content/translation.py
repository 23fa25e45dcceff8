"""Parts told in more than one language: which words are shown in which edition.

A translation replaces the original where the issue is sent in that language as a whole; otherwise it is shown beneath.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from newsletter.content.parts import Path, all_parts
from newsletter.content.problems import Place, explain
from newsletter.content.sections.base import Part, Section
from newsletter.content.yaml_file import YamlFile
from newsletter.errors import Problem

_FIXED = frozenset(Part.model_fields) | {"type"}
_REPEATS = "shown beneath the original this would repeat every item; translate the items one by one instead"
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
            yield _renamed(translated(part, other), other.lower())


def _renamed(part: AnyPart, mark: str) -> AnyPart:
    """The part and its items under ids that no original can have, because nobody may type the underscore."""
    items = getattr(part, "items", None)
    changed: dict[str, Any] = {"id": f"{part.id}_{mark}"}
    if items is not None:
        changed["items"] = [_renamed(item, mark) for item in items]
    return part.model_copy(update=changed)


def translation_problems(
    sections: Sequence[Section],
    events: Sequence[Part],
    sent_in: Sequence[str],
    context: Mapping[str, Any],
    source: YamlFile,
) -> list[Problem]:
    """Every translation is held to the same rules as the original; problems carry the translation's own line."""
    problems: list[Problem] = []
    for path, part in all_parts(sections, events):
        for language, fields in part.translations.items():
            place: Path = (*path, "translations", language)
            problems += _fixed_fields(fields, place, source)
            if hasattr(part, "items") and "items" not in fields and language not in sent_in:
                problems.append(_told(_REPEATS, place, source))
            try:
                translated(part, language, context)
            except ValidationError as error:
                problems += _placed(error, part, place, source)
    return problems


def _fixed_fields(fields: Mapping[str, Any], place: Path, source: YamlFile) -> list[Problem]:
    message = "a translation changes words only; take '{}' out"
    return [_told(message.format(name), (*place, name), source) for name in fields if name in _FIXED]


def _told(message: str, location: Path, source: YamlFile) -> Problem:
    place = Place(source.data, location)
    return Problem(message=message, file=str(source.path), line=place.line, section=place.section, field=place.field)


def _placed(error: ValidationError, part: Part, place: Path, source: YamlFile) -> list[Problem]:
    wrapped = ValidationError.from_exception_data(
        error.title,
        [
            {
                "type": line["type"],
                "loc": (*place, *line["loc"]),
                "input": line["input"],
                "ctx": line.get("ctx", {}),
            }
            for line in error.errors(include_url=False)
            if line["loc"][:1] not in [(name,) for name in _FIXED]  # told already
        ],
    )
    return explain(wrapped, file=str(source.path), model=type(part), source=source.data)
