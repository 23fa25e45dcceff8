"""Compares two texts, or two states of an issue, word by word, so that a person sees what became of every sentence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

Fate = Literal["same", "gone", "new"]

# A word with the space behind it: words are compared, and spaces stay where they were.
_WORD = re.compile(r"\S+\s*|\s+")
_SPACE = re.compile(r"[ \t]+")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of words that stayed, went or came."""

    fate: Fate
    text: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of one field."""

    part: str  # id of the section or event; empty for the head of the issue
    field: str  # dotted path inside the part
    pieces: tuple[Piece, ...]


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """The old text and the new one in one row of pieces."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, [_plain(word) for word in before], [_plain(word) for word in after], autojunk=False)
    pieces: list[Piece] = []
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(fate="same", text="".join(after[begin:stop])))
            continue
        gone, new = "".join(before[start:end]), "".join(after[begin:stop])
        if gone and pieces and not pieces[-1].text[-1].isspace():
            gone = f" {gone}"  # the last word of a text has no space behind it
        pieces += [Piece(fate="gone", text=gone)] if gone else []
        pieces += [Piece(fate="new", text=new)] if new else []
    return tuple(pieces)


def _plain(word: str) -> str:
    """A word as it is compared: a line broken elsewhere is no change of words."""
    return word.rstrip() + ("\n\n" if word.count("\n") > 1 else "")


def compare_issues(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every field that differs between two trees of an issue, in the order of the new one; what is gone comes last."""
    before, after = dict(_fields(old)), dict(_fields(new))
    return [
        Change(part=part, field=field, pieces=compare_words(before.get((part, field), ""), text))
        for part, field in [*after, *(place for place in before if place not in after)]
        if before.get((part, field)) != (text := after.get((part, field), ""))
    ]


def order_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the sections that both have stand in another order."""
    before, after = _section_ids(old), _section_ids(new)
    return [name for name in before if name in after] != [name for name in after if name in before]


def _section_ids(tree: Mapping[str, Any]) -> list[str]:
    return [str(part.get("id")) for part in _entries(tree.get("sections")) if isinstance(part, Mapping)]


def _entries(value: object) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _fields(tree: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    for key, value in tree.items():
        if key in ("sections", "events"):
            for number, part in enumerate(_entries(value)):
                name = str(part.get("id", number)) if isinstance(part, Mapping) else str(number)
                yield from (((name, field), text) for field, text in _texts(part, ""))
        else:
            yield from ((("", field), text) for field, text in _texts(value, str(key)))


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401  (a YAML tree)
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value):
            name = str(inner["id"]) if isinstance(inner, Mapping) and "id" in inner else str(number)
            yield from _texts(inner, f"{path}.{name}" if path else name)
    elif path.rpartition(".")[2] != "id":
        yield path, _SPACE.sub(" ", str(value)).strip()
