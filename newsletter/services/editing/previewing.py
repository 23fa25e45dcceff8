"""The issue as it would be mailed with words that nobody saved yet, within a third of a second of the last one typed.

Reading YAML and drawing pictures are remembered between two keystrokes; only what the words change is done anew.
What was rendered stays on a shelf for a while, because frames fetch their document and pictures afterwards.
"""

import copy
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from newsletter.checks import Finding
from newsletter.content.issue import Issue, issue_from_yaml, issue_path
from newsletter.content.variants import Variant
from newsletter.content.yaml_file import YamlFile
from newsletter.rendering.pipeline import render, variants
from newsletter.rendering.rendered import Rendered
from newsletter.services.checking import look_over
from newsletter.services.editing.changing import put
from newsletter.services.editing.parts import PartRef
from newsletter.services.editing.saving import read
from newsletter.workspace import Workspace

_MOST = 40  # renderings kept; one has about 300 KB without its pictures, which all share


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One rendering of an issue, and the versions of it that there are."""

    key: str  # changes with the content; a frame asks by it
    rendered: Rendered
    variants: tuple[str, ...]  # keys, the plainest first


class _Shelf:
    """The last renderings, for all threads of this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], Preview] = OrderedDict()
        self._lock = Lock()

    def put(self, issue_id: str, preview: Preview) -> Preview:
        with self._lock:
            self._kept[issue_id, preview.key] = preview
            self._kept.move_to_end((issue_id, preview.key))
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return preview

    def get(self, issue_id: str, key: str) -> Preview | None:
        with self._lock:
            return self._kept.get((issue_id, key))


_SHELF = _Shelf()


# The saved issue by its name and variant, rendered when its files were in that state.
_SAVED: dict[tuple[str, str], tuple[tuple[int, ...], Preview]] = {}


def state(workspace: Workspace, issue_id: str) -> tuple[int, ...]:
    """Differs as soon as a file was saved that an issue is made of. Raises InputError where there is no issue."""
    path = issue_path(workspace.issue_path(issue_id))
    lists = (workspace.subscribers / "bodies.toml", workspace.subscribers / "segments.toml", workspace.words_file)
    places = (path, path.parent / "images", *lists)
    return tuple(place.stat().st_mtime_ns if place.exists() else 0 for place in places)


def preview(workspace: Workspace, issue_id: str, *, variant: str = "") -> Preview:
    """The issue as it is saved. Raises InputError where it can't be shown."""
    name, now = (_name(workspace, issue_id), variant), state(workspace, issue_id)
    known = _SAVED.get(name)
    if known and known[0] == now:
        return _SHELF.put(name[0], known[1])
    issue = issue_from_yaml(read(workspace, issue_id), workspace.bodies)
    shown = _shown(workspace, issue_id, issue, variant)
    if variant in ("", *shown.variants):  # anything may stand in an address
        _SAVED[name] = (now, shown)
    return shown


def preview_words(
    workspace: Workspace,
    issue_id: str,
    ref: PartRef,
    words: Mapping[str, Sequence[str]],
    *,
    variant: str = "",
    after: str = "",
) -> Preview:
    """The issue with a part's unsaved words. Raises InputError, each problem with its field, where they don't fit."""
    source = read(workspace, issue_id)
    tree = _loose(source.data, ref)
    put(tree, ref, words, after)
    trial = YamlFile(path=source.path, text="", digest="", data=tree)
    return _shown(workspace, issue_id, issue_from_yaml(trial, workspace.bodies), variant)


def shelved(workspace: Workspace, issue_id: str, key: str) -> Preview:
    """What a frame asks for; the saved issue where that rendering is not kept any more."""
    return _SHELF.get(_name(workspace, issue_id), key) or preview(workspace, issue_id)


def findings(workspace: Workspace, issue_id: str) -> list[Finding]:
    """What is to fix in the issue as it is saved, gravest first. Raises InputError where it can't be read."""
    issue = issue_from_yaml(read(workspace, issue_id), workspace.bodies)
    return look_over(workspace, issue).findings


def _shown(workspace: Workspace, issue_id: str, issue: Issue, wanted: str) -> Preview:
    known = variants(issue)
    chosen: Variant = next((variant for variant in known if variant.key == wanted), known[0])
    rendered = render(issue, workspace.theme, chosen)
    key = hashlib.sha256(f"{rendered.html}\n{rendered.text}\n{rendered.web_html}".encode()).hexdigest()[:20]
    shown = Preview(key=key, rendered=rendered, variants=tuple(variant.key for variant in known))
    return _SHELF.put(_name(workspace, issue_id), shown)


def _name(workspace: Workspace, issue_id: str) -> str:
    return str(workspace.issue_path(issue_id))


def _loose(data: Any, ref: PartRef) -> dict[str, Any]:  # noqa: ANN401  (a YAML tree)
    """The same issue with lists of its own, and a copy of the one part that will change."""
    tree = dict(data)
    for kind in ("sections", "events"):
        parts = data.get(kind) or ()
        tree[kind] = [copy.deepcopy(part) if kind == ref.kind and part.get("id") == ref.id else part for part in parts]
    return tree
