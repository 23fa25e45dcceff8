"""What is done to the repeated groups of a form before it is saved: one more, one less, one up, one down."""

import re
from collections.abc import Mapping, Sequence

from newsletter.content.forms.fields import FormField, Input
from newsletter.content.forms.words import places

Words = dict[str, list[str]]
_ORDER = re.compile(r"(add|drop|up|down):([a-z_]+)(?:\.(\d{1,4}))?")


def rearranged(words: Mapping[str, Sequence[str]], order: str, fields: Sequence[FormField]) -> Words | None:
    """The words after an order such as `up:items.2`; None where it is no order for a group of this form."""
    match = _ORDER.fullmatch(order)
    groups = {field.name for field in fields if field.input is Input.GROUPS}
    if not match or match[2] not in groups:
        return None
    act, name, number = match[1], match[2], int(match[3] or 0)
    rows = places(words, name)
    if act != "add" and number not in rows:
        return {key: [*texts] for key, texts in words.items()}
    return _numbered(words, name, _ordered(rows, act, number))


def _ordered(rows: list[int], act: str, number: int) -> list[int]:
    if act == "add":
        return [*rows, max(rows, default=-1) + 1]
    place = rows.index(number)
    others = [row for row in rows if row != number]
    if act == "drop":
        return others
    others.insert(max(0, place + (1 if act == "down" else -1)), number)
    return others


def _numbered(words: Mapping[str, Sequence[str]], name: str, rows: list[int]) -> Words:
    """The words with their groups in this order, counted from nought."""
    kept = {key: [*texts] for key, texts in words.items() if not re.match(rf"{re.escape(name)}\.\d", key)}
    for place, row in enumerate(rows):
        old, new = f"{name}.{row}.", f"{name}.{place}."
        found = {new + key.removeprefix(old): [*texts] for key, texts in words.items() if key.startswith(old)}
        kept |= found or {f"{new}new": [""]}  # an empty group is there by its number alone
    return kept
