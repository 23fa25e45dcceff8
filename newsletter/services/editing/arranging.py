"""Sections and events are moved, copied, hidden, shown again and taken out. Each act is one save of the file."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from newsletter.content.forms.naming import ids_in, rename
from newsletter.errors import ConflictError
from newsletter.services.editing.parts import Editor, PartRef, find
from newsletter.services.editing.saving import save
from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that can be done to a part as a whole."""

    why: str  # how history tells it
    do: Callable[[Any, PartRef], PartRef]


def arrange(workspace: Workspace, issue_id: str, ref: PartRef, act: str, *, editor: Editor) -> PartRef:
    """Do one of ACTS; returns the part to look at afterwards.

    Raises KeyError for an act that does not exist, ConflictError where the part is gone or is the last one shown.
    """
    found = ACTS[act]
    _file, result = save(workspace, issue_id, lambda data: found.do(data, ref), by=editor.name, why=found.why)
    return result


def place(workspace: Workspace, issue_id: str, ref: PartRef, after: str, *, editor: Editor) -> None:
    """Put a part behind the one named, or first; what dragging does."""

    def change(data: Any) -> None:  # noqa: ANN401  (a YAML tree)
        node, parts = find(data, ref), data[ref.kind]
        parts.remove(node)
        ids = [str(part["id"]) for part in parts]
        parts.insert(ids.index(after) + 1 if after in ids else 0, node)

    save(workspace, issue_id, change, by=editor.name, why="moved")


def _step(data: Any, ref: PartRef, by: int) -> PartRef:  # noqa: ANN401  (a YAML tree)
    node, parts = find(data, ref), data[ref.kind]
    place = next(number for number, part in enumerate(parts) if part is node)
    parts.insert(max(0, place + by), parts.pop(place))
    return ref


def _copied(data: Any, ref: PartRef) -> PartRef:  # noqa: ANN401  (a YAML tree)
    node, parts = find(data, ref), data[ref.kind]
    twin = copy.deepcopy(node)
    rename(twin, ids_in(data))
    place = next(number for number, part in enumerate(parts) if part is node)
    parts.insert(place + 1, twin)
    return PartRef(kind=ref.kind, id=str(twin["id"]))


def _taken_out(data: Any, ref: PartRef) -> PartRef:  # noqa: ANN401  (a YAML tree)
    node, parts = find(data, ref), data[ref.kind]
    _refuse_last(data, ref, "Put in another one before you take this one out.")
    parts.remove(node)
    return PartRef(kind="head")


def _hidden(data: Any, ref: PartRef) -> PartRef:  # noqa: ANN401  (a YAML tree)
    node = find(data, ref)
    _refuse_last(data, ref, "Show another one before you hide this one.")
    node["hidden"] = True
    return ref


def _shown(data: Any, ref: PartRef) -> PartRef:  # noqa: ANN401  (a YAML tree)
    find(data, ref).pop("hidden", None)
    return ref


def _refuse_last(data: Any, ref: PartRef, remedy: str) -> None:  # noqa: ANN401  (a YAML tree)
    others = [part for part in data["sections"] if not part.get("hidden") and str(part["id"]) != ref.id]
    if ref.kind == "sections" and not others:
        raise ConflictError(f"An issue needs at least one section that readers see. {remedy}")


ACTS = {
    "up": Act(why="moved", do=lambda data, ref: _step(data, ref, -1)),
    "down": Act(why="moved", do=lambda data, ref: _step(data, ref, +1)),
    "copy": Act(why="copied a part", do=_copied),
    "hide": Act(why="hid a section", do=_hidden),
    "show": Act(why="showed a section again", do=_shown),
    "remove": Act(why="took a part out", do=_taken_out),
}
