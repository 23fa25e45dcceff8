"""What a form asks for, read from a class of `content`: a new section type has its form on the day it is written."""

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from newsletter.content import fields as kinds
from newsletter.content.sections.base import Image, Item, Part
from newsletter.content.wording import LANGUAGE_NAMES


class Input(StrEnum):
    """How something is typed or chosen."""

    LINE = "line"
    MARKDOWN = "markdown"
    URL = "url"
    DAY = "day"
    CLOCK = "clock"
    CHOICE = "choice"  # one of several, or none
    CHOICES = "choices"  # any number of several
    GROUP = "group"  # fields of their own that belong together
    GROUPS = "groups"  # any number of such groups
    PICTURE = "picture"  # a group whose first field is a file
    LANGUAGES = "languages"  # a group for each language that the same may be told in


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One thing a form asks for."""

    name: str  # as in issue.yaml
    label: str
    hint: str
    input: Input
    is_required: bool
    default: str = ""  # what is meant where the field is left out
    register: str = ""  # whose names it chooses from: bodies, events or segments
    choices: tuple[tuple[str, str], ...] = ()  # value and words, where the class names them itself
    fields: tuple["FormField", ...] = ()  # of a group
    has_ids: bool = False  # whether each of its groups keeps an id that nobody types
    is_rare: bool = False  # said once in a while, so folded away


# A type of `content.fields` to the way it is typed, and the register it chooses from. Compared, not hashed: pydantic's
# own marks inside have no hash.
_INPUTS: tuple[tuple[object, Input, str], ...] = (
    (kinds.Markdown, Input.MARKDOWN, ""),
    (kinds.Url, Input.URL, ""),
    (kinds.HttpUrl, Input.URL, ""),
    (kinds.OptionalHttpUrl, Input.URL, ""),
    (kinds.Day, Input.DAY, ""),
    (kinds.Clock, Input.CLOCK, ""),
    (kinds.BodyRef, Input.CHOICE, "bodies"),
    (kinds.EventRef, Input.CHOICE, "events"),
    (kinds.SegmentRef, Input.CHOICE, "segments"),
)
_UNSEEN = {"id", "type", "translations", "hidden"}
_RARE = set(Part.model_fields)
_LABELS = {
    "alt": "Alt text",
    "audience": "Who sees it",
    "body": "Whose report",
    "bodies": "Bodies it is about",
    "by": "Whose words",
    "ends": "Ends at",
    "event": "Event",
    "file": "Picture",
    "image": "Picture",
    "intro": "Introduction",
    "lang": "Language",
    "link": "Link",
    "more": "Text after the picture",
    "only": "Where it is shown",
    "preheader": "Line after the subject",
    "show": "Events to list",
    "starts": "Starts at",
    "until": "Last day",
    "url": "Web address",
}
_HINTS = {
    "audience": "Everybody, unless you choose a segment.",
    "body": "The body that published it.",
    "bodies": "",
    "event": "Its day, times and place are shown.",
    "lang": "Only if it is not the issue's own, such as cy for Welsh.",
    "only": "",
    "show": "All of this issue's events, if you choose none.",
    "thanks_to": "The body that shared it.",
}
_OFFERED = tuple(LANGUAGE_NAMES.items())[1:]  # without English
_CHOICES = {"web": "On the web only", "email": "In the mail only"}


@cache
def form_fields(model: type[BaseModel], *, only: tuple[str, ...] = ()) -> tuple[FormField, ...]:
    """What the form for a class asks for, in the class's order; what is rarely said comes last."""
    hints = get_type_hints(model, include_extras=True)
    found = [
        _field(name, hints[name], info)
        for name, info in model.model_fields.items()
        if name not in _UNSEEN and (not only or name in only)
    ]
    inner = set(model.model_fields) - _RARE if issubclass(model, Part) else set(model.model_fields)
    # `heading` and the like are declared again by most classes; what only Part declares is rare.
    own = [field for field in found if field.name in inner]
    rare = [replace(field, is_rare=True) for field in found if field.name not in inner]
    return (*own, *_in_other_languages(own, model), *rare)


def _in_other_languages(own: list[FormField], model: type[BaseModel]) -> list[FormField]:
    """The words of a part, or of the issue's head, once more for each language; pictures, links and days stay."""
    words = tuple(
        replace(field, hint="", default="", is_required=False)
        for field in own
        if field.input in (Input.LINE, Input.MARKDOWN)
    )
    if not (words and "translations" in model.model_fields):
        return []
    languages = tuple(_group_of(tag, name, words) for tag, name in _OFFERED)
    otherwise = "If not, they are shown beneath them. " if issubclass(model, Part) else ""
    group = _group_of("translations", "In another language", languages)
    return [replace(group, input=Input.LANGUAGES, hint=otherwise)]


def _group_of(name: str, label: str, fields: tuple[FormField, ...]) -> FormField:
    return FormField(name=name, label=label, hint="", input=Input.GROUP, is_required=False, fields=fields)


def every_field(fields: tuple[FormField, ...]) -> Iterator[FormField]:
    """Each field and those inside it."""
    for field in fields:
        yield field
        yield from every_field(field.fields)


def field_named(fields: tuple[FormField, ...], name: str) -> FormField | None:
    """The field with a name such as `items.0.link.url`, whose numbers say which of several groups; None if none has."""
    found = None
    for step in (step for step in name.split(".") if not step.isdigit()):
        found = next((field for field in fields if field.name == step), None)
        fields = found.fields if found else ()
    return found


def _field(name: str, hint: object, info: FieldInfo) -> FormField:
    inner, is_list = _unwrapped(hint)
    kind, register = _input(inner, is_list=is_list)
    label = _LABELS.get(name, name.replace("_", " ").capitalize())
    model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
    return FormField(
        name=name,
        label=label,
        hint=_HINTS.get(name, _hint(info.description or "", label)),
        input=kind,
        is_required=info.is_required() or bool(_shortest(info)),
        default=info.default if isinstance(info.default, str) else "",
        register=register,
        choices=tuple((str(value), _CHOICES.get(value, str(value))) for value in _literals(inner)),
        fields=form_fields(model) if model else (),
        has_ids=model is not None and issubclass(model, Item),
    )


def _hint(description: str, label: str) -> str:
    """What a class says of a field, without the marks of its document, and nothing where the label says it all."""
    words = re.sub(r"[`*]|, in Markdown(?=\.)", "", description)
    return "" if words == f"{label}." else words


def _shortest(info: FieldInfo) -> int:
    return next((mark.min_length for mark in info.metadata if getattr(mark, "min_length", None)), 0)


def _unwrapped(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401  (a type)
    """The type inside `| None` and inside a list, and whether there was a list."""
    if any(hint == known for known, _input, _register in _INPUTS):
        return hint, False
    if get_origin(hint) in (Union, types.UnionType):
        return _unwrapped(next(part for part in get_args(hint) if part is not types.NoneType))
    if get_origin(hint) is list:
        return _unwrapped(get_args(hint)[0])[0], True
    return hint, False


def _input(hint: object, *, is_list: bool) -> tuple[Input, str]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return (Input.GROUPS if is_list else Input.PICTURE if issubclass(hint, Image) else Input.GROUP), ""
    if _literals(hint):
        return Input.CHOICE, ""
    kind, register = next(((kind, register) for known, kind, register in _INPUTS if known == hint), (Input.LINE, ""))
    return (Input.CHOICES if is_list else kind), register


def _literals(hint: object) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) is Literal else ()
