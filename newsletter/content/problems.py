"""Turns pydantic's findings into sentences with file, line, section, field and remedy."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from newsletter.errors import Problem

Location = tuple[int | str, ...]


def explain(error: ValidationError, *, file: str, model: type[BaseModel], source: object = None) -> list[Problem]:
    """One problem for each thing pydantic found. `source` is the YAML tree, which knows its lines."""
    return [_problem(detail, file=file, model=model, source=source) for detail in error.errors(include_url=False)]


def _problem(detail: ErrorDetails, *, file: str, model: type[BaseModel], source: object) -> Problem:
    place = Place(source, detail["loc"])
    known = _known_fields(model, detail["loc"]) if detail["type"] == "extra_forbidden" else []
    return Problem(
        message=_sentence(detail, known), file=file, line=place.line, section=place.section, field=place.field
    )


class Place:
    """Where in a YAML tree a location lies; the tag that pydantic adds for a union is passed over."""

    def __init__(self, source: object, location: Location) -> None:
        """Walk down the tree as far as it goes."""
        self.line: int | None = line_of(source) if source is not None else None
        self.section = ""
        fields: list[str] = []
        node: Any = source
        tagged: Any = None
        for step in location:
            if isinstance(node, Mapping) and node.get("type") == step and node is not tagged:
                tagged = node  # the discriminator, not a step; the field `text` of a text section comes after it
                continue
            self.line = child_line(node, step) or self.line
            fields.append(str(step))
            node = _child(node, step)
            if len(fields) == 2 and fields[0] in ("sections", "events") and isinstance(node, Mapping):
                self.section, fields[:] = str(node.get("id") or node.get("type") or fields[1]), ["", ""]
        self.field = ".".join(field for field in fields if field)


def _child(node: object, step: int | str) -> object:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, Sequence) and not isinstance(node, str) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def line_of(node: object) -> int | None:
    """Line of a node that ruamel.yaml read, 1 for the first."""
    position = getattr(node, "lc", None)
    return None if position is None or position.line is None else position.line + 1


def child_line(node: object, step: int | str) -> int | None:
    """Line of one entry of a mapping or list that ruamel.yaml read."""
    position = getattr(node, "lc", None)
    data = getattr(position, "data", None) or {}
    return data[step][0] + 1 if step in data else None


def _known_fields(model: type[BaseModel], location: Location) -> list[str]:
    """Names a person may have meant: the fields of every model below, which is near enough for a guess."""
    names: set[str] = set()
    for schema in [model.model_json_schema(), *model.model_json_schema().get("$defs", {}).values()]:
        names.update(schema.get("properties", {}))
    return difflib.get_close_matches(str(location[-1]), sorted(names), n=1)


def _sentence(detail: ErrorDetails, known: Sequence[str]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    field = str(detail["loc"][-1]) if detail["loc"] else "file"
    if kind == "value_error":
        return str(context["error"])
    if kind in ("union_tag_invalid", "literal_error"):
        return _unknown_choice(
            str(context.get("tag", detail["input"])), str(context.get("expected_tags") or context["expected"])
        )
    if kind == "extra_forbidden":
        hint = f"did you mean '{known[0]}'?" if known else "take it out"
        return f"there is no field '{field}' here; {hint}"
    return _PLAIN.get(kind, "{msg}").format(field=field, msg=detail["msg"], **context)


def _unknown_choice(given: str, expected: str) -> str:
    choices = [choice.strip(" '") for choice in expected.replace(" or ", ", ").split(",")]
    close = difflib.get_close_matches(given, choices, n=1)
    hint = f"did you mean '{close[0]}'?" if close else f"choose one of {', '.join(choices)}"
    return f"'{given[:40]}' is not known here; {hint}"


_PLAIN = {
    "missing": "the field '{field}' is missing; add it",
    "invalid_key": "'{field}' is no name of a field; take it out",
    "union_tag_not_found": "the field 'type' is missing; say what kind of section this is",
    "string_type": "'{field}' must be text; put it in quotes if it looks like something else",
    "string_too_short": "'{field}' is empty; write something or take the field out",
    "list_type": "'{field}' must be a list; begin each entry with a dash",
    "too_short": "'{field}' is empty; fill it in",
    "int_type": "'{field}' must be a whole number",
    "int_parsing": "'{field}' must be a whole number",
    "greater_than_equal": "'{field}' is too small; write at least {ge}",
    "less_than_equal": "'{field}' is too large; write at most {le}",
    "model_type": "'{field}' must be a group of fields, not a bare value",
    "model_attributes_type": "'{field}' must be a group of fields, not a bare value",
    "dict_type": "'{field}' must be a group of fields, not a bare value",
}
