"""A part of an issue gets new words. What can't be saved is kept; what a colleague saved meanwhile is shown beside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsletter.content.comparing import Change, compare_words
from newsletter.content.forms.naming import ids_in, name_new_items, new_part
from newsletter.content.forms.words import write
from newsletter.errors import InputError
from newsletter.services.editing.history import snapshots
from newsletter.services.editing.keeping import forget, keep, kept
from newsletter.services.editing.parts import Editor, PartRef, find, fingerprint, form_of, words_in
from newsletter.services.editing.saving import read, save
from newsletter.workspace import Workspace

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class OpenPart:
    """A part as its form begins."""

    ref: PartRef
    words: dict[str, list[str]]
    base: str  # fingerprint; goes back with the form
    is_unsaved: bool = False  # whether these are words that this person left here, and not those of the issue


@dataclass(frozen=True, kw_only=True)
class Saved:
    """The words are in the file."""

    ref: PartRef
    base: str  # of the part as it is now
    digest: str  # of the whole file


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Somebody else saved the part after its form was opened. Nothing was written, and both texts are here."""

    mine: dict[str, list[str]]
    theirs: dict[str, list[str]]
    base: str  # of theirs: with it, mine can be saved over them
    by: str  # who saved last, if that is known
    changes: tuple[Change, ...]  # from theirs to mine


class _StaleError(Exception):
    """The part is not what it was when its form was opened."""


def open_part(workspace: Workspace, issue_id: str, ref: PartRef, editor: Editor) -> OpenPart:
    """What the form of a part begins with: what its editor left unsaved, else what the issue says."""
    node = {} if ref.is_new else find(read(workspace, issue_id).data, ref)
    left = kept(workspace, issue_id, ref, editor)
    if left:
        return OpenPart(ref=ref, words=left.words, base=left.base, is_unsaved=True)
    return OpenPart(ref=ref, words=words_in(ref, node), base="" if ref.is_new else fingerprint(ref, node))


def save_part(
    workspace: Workspace, issue_id: str, ref: PartRef, words: Words, *, base: str, editor: Editor, after: str = ""
) -> Saved | Clash:
    """Save a part's words, if the part is still what they were typed over; a new one goes after the section named.

    Raises InputError with every problem, ConflictError where the part is gone; then too the words are kept.
    """
    keep(workspace, issue_id, ref, editor, words, base)  # first of all: whatever happens next, they are not lost

    def change(data: Any) -> PartRef:  # noqa: ANN401  (a YAML tree)
        before = "" if ref.is_new else fingerprint(ref, find(data, ref))
        made = put(data, ref, words, after)
        if before not in (base, fingerprint(made, find(data, made))):  # to save the very same words is no clash
            raise _StaleError
        return made

    try:
        file, made = save(workspace, issue_id, change, by=editor.name)
    except _StaleError:
        return _clash(workspace, issue_id, ref, words)
    forget(workspace, issue_id, ref, editor)
    return Saved(ref=made, base=fingerprint(made, find(file.data, made)), digest=file.digest)


def put(data: Any, ref: PartRef, words: Words, after: str = "") -> PartRef:  # noqa: ANN401  (a YAML tree)
    """Write a part's words into the tree of an issue; returns the part, which has an id then."""
    if ref.is_new:
        node = new_part(data, ref.kind, ref.type, after)
        ref = PartRef(kind=ref.kind, id=str(node["id"]))
    else:
        node = find(data, ref)
    write(form_of(ref, node), node, words)
    name_new_items(data, ids_in(data))
    return ref


def _clash(workspace: Workspace, issue_id: str, ref: PartRef, words: Words) -> Clash:
    node = find(read(workspace, issue_id).data, ref)
    theirs, mine = words_in(ref, node), {name: [*texts] for name, texts in words.items()}
    last = next(iter(snapshots(workspace, issue_id)), None)
    changes = tuple(
        Change(part=ref.id, field=name, pieces=compare_words(_text(theirs, name), _text(mine, name)))
        for name in dict.fromkeys([*theirs, *mine])
        if _text(theirs, name) != _text(mine, name)
    )
    by = last.by if last and last.text == read(workspace, issue_id).text else ""
    return Clash(mine=mine, theirs=theirs, base=fingerprint(ref, node), by=by, changes=changes)


def _text(words: Words, name: str) -> str:
    return ", ".join(words.get(name, ())).replace("\r\n", "\n").strip()


def problems_of(error: InputError, ref: PartRef) -> tuple[dict[str, str], list[str]]:
    """Sentences of an error by field of the part's form, and those that no field of it can mend."""
    here = [problem for problem in error.problems if problem.section == ref.id or ref.is_new]
    fields = {problem.field: problem.message for problem in here if problem.field}
    return fields, [str(problem) for problem in error.problems if problem not in here or not problem.field]
