"""Which part of an issue somebody edits: its head, one section or one event."""

import hashlib
import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal

from newsletter.content.event import Event
from newsletter.content.forms.fields import FormField, form_fields
from newsletter.content.forms.words import words_of
from newsletter.content.issue import Issue
from newsletter.content.sections import SECTION_TYPES
from newsletter.errors import ConflictError, InputError

HEAD = ("title", "subject", "preheader", "date", "translations")
_GONE = "This part is not in the issue any more: a colleague took it out. Its history still has it."


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Who edits."""

    name: str  # as history shows it
    key: str  # the account; words that could not be saved are kept under it


@dataclass(frozen=True, kw_only=True)
class PartRef:
    """A part of an issue; `type` alone means a section of that type that is still to be made."""

    kind: Literal["head", "sections", "events"]
    id: str = ""  # empty for the head and for what is new
    type: str = ""  # of a new section

    @property
    def path(self) -> str:
        """Its place in addresses, such as `sections/welcome`."""
        return "/".join(filter(None, (self.kind, "new" if self.is_new else self.id, self.type)))

    @property
    def is_new(self) -> bool:
        """Whether it is still to be made."""
        return self.kind != "head" and not self.id


def form_of(ref: PartRef, node: Mapping[str, Any]) -> tuple[FormField, ...]:
    """What the form of a part asks for. Raises InputError for a section type that does not exist."""
    if ref.kind == "head":
        return form_fields(Issue, only=HEAD)
    if ref.kind == "events":
        return form_fields(Event)
    kind = str(node.get("type", ref.type))
    if kind not in SECTION_TYPES:
        raise InputError(f"There is no section type '{kind[:40]}'.")
    return form_fields(SECTION_TYPES[kind])


def find(data: Any, ref: PartRef) -> MutableMapping[str, Any]:  # noqa: ANN401  (a YAML tree)
    """The part's node in the tree of an issue. Raises ConflictError where it is not there any more."""
    if ref.kind == "head":
        return data  # type: ignore[no-any-return]
    for node in data.get(ref.kind) or ():
        if str(node.get("id")) == ref.id:
            return node  # type: ignore[no-any-return]
    raise ConflictError(_GONE)


def fingerprint(ref: PartRef, node: Mapping[str, Any]) -> str:
    """Changes when anything in the part does, whatever else happens to the file around it."""
    seen = {name: node.get(name) for name in HEAD} if ref.kind == "head" else node
    return hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()[:32]


def words_in(ref: PartRef, node: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the form of a part shows."""
    return words_of(form_of(ref, node), node)
