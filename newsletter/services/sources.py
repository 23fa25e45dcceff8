"""What an edition is made from, as one hash: any later edit, also by hand, is seen without rendering again."""

import json
from collections.abc import Iterator
from pathlib import Path

from newsletter.bundle import bundle_root
from newsletter.services.frozen import sha256
from newsletter.workspace import Workspace


def source_hash(workspace: Workspace, issue_id: str) -> str:
    """SHA-256 over the issue's files, the register of bodies, the templates, the theme and who sends it."""
    sources = dict(_sources(workspace, issue_id))
    return sha256(json.dumps(sources, sort_keys=True).encode())


def _sources(workspace: Workspace, issue_id: str) -> Iterator[tuple[str, str]]:
    yield "theme", sha256(workspace.theme.model_dump_json().encode())
    yield "publication", sha256(workspace.publication.model_dump_json().encode())
    yield from _tree("issue", workspace.issue_path(issue_id))
    yield from _tree("templates", bundle_root() / "templates")
    yield from _tree("templates", workspace.root / "templates")  # the workspace's own win, file by file
    singles = [workspace.subscribers / "bodies.toml"]
    singles += [workspace.root / workspace.theme.logo] if workspace.theme.logo else []
    for path in singles:
        if path.is_file():
            yield path.name, sha256(path.read_bytes())


def _is_of_the_site(path: Path) -> bool:
    """Readers' other pages and the studio's are no part of an issue: a release that changes them voids no approval."""
    return path.parts[:2] in (("web", "site"), ("web", "studio"))


def _tree(name: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder but hidden ones, which are locks and editors' leavings."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        inner = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inner.parts) and not _is_of_the_site(inner):
            yield f"{name}/{inner.as_posix()}", sha256(path.read_bytes())
