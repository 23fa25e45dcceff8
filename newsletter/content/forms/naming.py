"""Puts new parts into an issue and gives them ids: people name sections by their headings, never by ids."""

from collections.abc import Iterator, Mapping, MutableMapping
from itertools import count
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq


def ids_in(data: Mapping[str, Any]) -> set[str]:
    """Every id that an issue, or one section, uses."""
    return {str(part["id"]) for part in _parts(data) if "id" in part}


def fresh_id(stem: str, taken: set[str]) -> str:
    """The stem, or the stem with the first number that makes it new; it is taken from then on."""
    name = next(name for number in count(1) if (name := f"{stem}-{number}" if number > 1 else stem) not in taken)
    taken.add(name)
    return name


def new_part(data: MutableMapping[str, Any], kind: str, section_type: str, after: str) -> MutableMapping[str, Any]:
    """An empty section or event with an id, put into an issue behind the part named, or at the end."""
    node = CommentedMap({"type": section_type} if section_type else {})
    node["id"] = fresh_id(section_type or "event", ids_in(data))
    parts = data[kind] = data.get(kind) or CommentedSeq()
    ids = [str(part.get("id")) for part in parts]
    parts.insert(ids.index(after) + 1 if after in ids else len(ids), node)
    return node


def name_new_items(data: Mapping[str, Any], taken: set[str]) -> None:
    """Give an id to every item that has none."""
    for section in [data, *_entries(data, "sections")]:
        for item in _entries(section, "items"):
            if "id" not in item:
                _put_first(item, "id", fresh_id(f"{section['id']}-1", taken))


def rename(part: Mapping[str, Any], taken: set[str]) -> None:
    """Give a copied section or event, and its items, ids of their own."""
    for each in _parts(part):
        if "id" in each and isinstance(each, CommentedMap):
            each["id"] = fresh_id(str(each["id"]), taken)


def _put_first(item: Any, key: str, value: str) -> None:  # noqa: ANN401  (a YAML tree)
    item[key] = value
    if isinstance(item, CommentedMap):
        item.move_to_end(key, last=False)


def _parts(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield data
    for key in ("events", "sections", "items"):
        for part in _entries(data, key):
            yield from _parts(part)


def _entries(data: Mapping[str, Any], key: str) -> list[Any]:
    entries = data.get(key)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
