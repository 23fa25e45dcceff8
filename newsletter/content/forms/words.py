"""The words a form holds, by flat names such as `items.0.link.url`, from a YAML tree and back into it.

Every name has a list of texts: one for most inputs, several where several are chosen. A tree is changed only where the
words say something else than it does, so comments, quotes and whatever the form does not show stay as they were.
"""

import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from datetime import date
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from newsletter.content.forms.fields import FormField, Input
from newsletter.content.markdown import unwrapped

Texts = Mapping[str, Sequence[str]]
_INNER = {Input.GROUP, Input.PICTURE, Input.LANGUAGES}
_ID = "id"


def words_of(fields: Sequence[FormField], node: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """What the form shows for a part as it stands in the file."""
    words: dict[str, list[str]] = {}
    for field in fields:
        name, value = prefix + field.name, node.get(field.name)
        if field.input in _INNER:
            words |= words_of(field.fields, _mapping(value), f"{name}.")
        elif field.input is Input.GROUPS:
            for number, entry in enumerate(_entries(value)):
                words |= _group(field, entry, f"{name}.{number}.")
        elif field.input is Input.CHOICES:
            words[name] = [str(entry) for entry in _entries(value)]
        else:
            words[name] = [field.default if value is None else _text(field, value)]
    return words


def _group(field: FormField, entry: object, prefix: str) -> dict[str, list[str]]:
    own = {f"{prefix}{_ID}": [str(_mapping(entry).get(_ID, ""))]} if field.has_ids else {}
    return own | words_of(field.fields, _mapping(entry), prefix)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _entries(value: object) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _text(field: FormField, value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    text = tidy(str(value))
    return unwrapped(text) if field.input is Input.MARKDOWN and "\n" in text else text


def tidy(text: str) -> str:
    """A text without what no reader sees: line ends as browsers send them, spaces around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n")


def places(words: Texts, name: str) -> list[int]:
    """Numbers of the groups that the words hold under a name, in order."""
    found = re.compile(re.escape(name) + r"\.(\d{1,4})\.")
    return sorted({int(match[1]) for key in words if (match := found.match(key))})


def is_blank(fields: Sequence[FormField], words: Texts, prefix: str) -> bool:
    """Whether nothing was written or chosen in a group."""
    return not any(tidy(text) for name, text in _all(fields, words, prefix) if text)


def _all(fields: Sequence[FormField], words: Texts, prefix: str) -> Iterator[tuple[str, str]]:
    for field in fields:
        name = prefix + field.name
        if field.fields:
            for key in (key for key in words if key.startswith(f"{name}.")):
                yield from ((key, text) for text in words[key] if not key.endswith(f".{_ID}"))
        else:
            yield from ((name, "" if text == field.default else text) for text in words.get(name, ()))


def write(fields: Sequence[FormField], node: MutableMapping[str, Any], words: Texts, prefix: str = "") -> None:
    """Put the words into a node of a YAML tree; what the form does not show is left alone."""
    for field in fields:
        name = prefix + field.name
        if field.input in _INNER:
            _write_group(field, node, words, f"{name}.")
        elif field.input is Input.GROUPS:
            _write_groups(field, node, words, name)
        elif field.input is Input.CHOICES:
            _put(node, field.name, [text for text in words.get(name, ()) if text])
        elif name in words:
            _write_text(field, node, tidy(words[name][0]) if words[name] else "")


def _write_text(field: FormField, node: MutableMapping[str, Any], text: str) -> None:
    present = node.get(field.name)
    if text == (field.default if present is None else _text(field, present)):
        return
    if not text and not field.default:
        node.pop(field.name, None)
    else:
        node[field.name] = _value(field, text, present)


def _value(field: FormField, text: str, present: object) -> object:
    if field.input is Input.DAY:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text  # the field says what is wrong with it
    if "\n" in text or (field.input is Input.MARKDOWN and isinstance(present, LiteralScalarString)):
        return LiteralScalarString(f"{text}\n")
    # a folded or literal text keeps its look only as long as it has several lines
    return type(present)(text) if isinstance(present, str) and "\n" not in present else text


def _write_group(field: FormField, node: MutableMapping[str, Any], words: Texts, prefix: str) -> None:
    if not any(key.startswith(prefix) for key in words):
        return
    if is_blank(field.fields, words, prefix):
        _take_out(field, node)
        return
    if not isinstance(node.get(field.name), MutableMapping):
        node[field.name] = CommentedMap()
    write(field.fields, node[field.name], words, prefix)


def _take_out(field: FormField, node: MutableMapping[str, Any]) -> None:
    """Remove what a form shows of a field; what it does not show, such as a language of few, stays."""
    inner = node.get(field.name)
    if isinstance(inner, MutableMapping):
        for each in field.fields:
            _take_out(each, inner)
        if inner:
            return
    node.pop(field.name, None)


def _write_groups(field: FormField, node: MutableMapping[str, Any], words: Texts, name: str) -> None:
    present = [entry for entry in _entries(node.get(field.name)) if isinstance(entry, MutableMapping)]
    known = {str(entry[_ID]): entry for entry in present if _ID in entry}
    wanted = []
    for place, number in enumerate(places(words, name)):
        prefix = f"{name}.{number}."
        if is_blank(field.fields, words, prefix):
            continue
        spare = present[place] if place < len(present) and not field.has_ids else CommentedMap()
        entry = known.pop(_first(words, f"{prefix}{_ID}"), spare)
        write(field.fields, entry, words, prefix)
        wanted.append(entry)
    if [id(entry) for entry in wanted] != [id(entry) for entry in present]:
        _put(node, field.name, wanted)


def _first(words: Texts, name: str) -> str:
    return next(iter(words.get(name, ())), "")


def _put(node: MutableMapping[str, Any], name: str, entries: list[Any]) -> None:
    present = node.get(name)
    if entries == list(_entries(present)) and [*map(id, entries)] == [*map(id, _entries(present))]:
        return
    if not entries:
        node.pop(name, None)
    elif isinstance(present, CommentedSeq):
        present[:] = entries
    else:
        node[name] = CommentedSeq(entries)
