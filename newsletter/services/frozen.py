"""Editions on disk: `data/editions/<hash>/` holds every variant's bytes and a manifest with the hash of each file.

The folder's name is the SHA-256 of the manifest, which names the SHA-256 of every file: one changed byte anywhere is
seen before the first mail leaves.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from newsletter.errors import ConflictError
from newsletter.rendering.message import InlineImage
from newsletter.subscribers.segments import Segment, Segments

MANIFEST = "manifest.json"
_BODIES = {"html": "mail.html", "text": "mail.txt", "web_html": "web.html", "web_fragment": "web-fragment.html"}


@dataclass(frozen=True, kw_only=True)
class FrozenVariant:
    """One rendering, byte for byte as approved."""

    key: str
    language: str  # BCP 47
    audiences: tuple[str, ...]  # segments whose parts it shows
    subject: str
    preheader: str
    html: str
    text: str
    web_html: str  # pictures at images/NAME, calendars at events/NAME
    web_fragment: str
    embedded: Mapping[str, str] = field(default_factory=dict)  # file to media type of pictures that travel in the mail

    @property
    def html_hash(self) -> str:
        """SHA-256 of the mailed HTML."""
        return sha256(self.html.encode())


@dataclass(frozen=True, kw_only=True)
class FrozenEdition:
    """Everything that is sent and published for one issue."""

    issue_id: str
    source_hash: str  # over all files it was made from
    variants: tuple[FrozenVariant, ...]  # the plainest first
    files: Mapping[str, bytes] = field(repr=False)  # images/NAME and events/NAME
    segments: Segments | None = None  # that decide who gets which variant; None in editions of earlier releases
    dated: date | None = None  # the issue's day of publication; None in editions of earlier releases

    def variant(self, key: str) -> FrozenVariant:
        """The variant with this key; KeyError if there is none."""
        return {variant.key: variant for variant in self.variants}[key]

    def inline_images(self, variant: FrozenVariant) -> tuple[InlineImage, ...]:
        """The pictures that travel inside the mails of a variant."""
        return tuple(
            InlineImage(cid=content_id(name), media_type=media_type, data=self.files[name])
            for name, media_type in variant.embedded.items()
        )


def content_id(name: str) -> str:
    """The Content-ID by which a mail names a picture (`newsletter.rendering.rendered.RenderedImage.cid`)."""
    return f"{Path(name).stem}@images"


def sha256(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def content_hash(edition: FrozenEdition) -> str:
    """The name of an edition: equal for equal bytes, on every machine."""
    return sha256(_manifest(edition, _files(edition)))


def write_edition(folder: Path, edition: FrozenEdition) -> str:
    """Freeze an edition below `folder`; returns its hash. An edition that is there already is left as it is.

    Written beside and renamed, so that a crash leaves a whole edition or none.
    """
    files = _files(edition)
    manifest = _manifest(edition, files)
    name = sha256(manifest)
    if (folder / name).exists():
        return name
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder, prefix=".draft-"))
    try:
        for path, data in {**files, MANIFEST: manifest}.items():
            target = draft / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        draft.rename(folder / name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return name


def read_edition(folder: Path, name: str) -> FrozenEdition:
    """Read an edition back, comparing every hash. Raises ConflictError where a byte differs from what was approved."""
    frozen = FrozenFolder(folder, name)
    files = {path: frozen.read(path) for path in frozen.files}
    return FrozenEdition(
        issue_id=frozen.issue_id,
        source_hash=frozen.source_hash,
        variants=tuple(_variant(facts, files) for facts in frozen.variants),
        files={path: data for path, data in files.items() if not path.startswith("variants/")},
        segments=frozen.segments,
        dated=frozen.dated,
    )


def frozen_segments(folder: Path, name: str) -> Segments | None:
    """The segments of an edition, as approved, without the rest of it. Raises ConflictError as `read_edition` does."""
    return FrozenFolder(folder, name).segments


class FrozenFolder:
    """An edition on disk, read file by file, each compared with its hash when it is read."""

    def __init__(self, folder: Path, name: str) -> None:
        """Read its manifest. Raises ConflictError where that is not what was approved."""
        self._root = folder / name
        raw = _read(self._root / MANIFEST)
        if sha256(raw) != name:
            raise _tampered(self._root / MANIFEST)
        manifest = json.loads(raw)
        self.issue_id: str = manifest["issue"]
        self.source_hash: str = manifest["source_hash"]
        self.variants: list[dict[str, Any]] = manifest["variants"]
        self.files: dict[str, str] = manifest["files"]  # path to SHA-256
        rules = manifest.get("segments")
        self.segments = None if rules is None else Segments([Segment.model_validate(rule) for rule in rules])
        day = manifest.get("date")
        self.dated = None if day is None else date.fromisoformat(day)

    def read(self, path: str) -> bytes:
        """One file. Raises ConflictError where a byte differs, KeyError for a path that the manifest does not know."""
        return _verified(self._root / path, self.files[path])


def _manifest(edition: FrozenEdition, files: Mapping[str, bytes]) -> bytes:
    facts: dict[str, Any] = {
        "issue": edition.issue_id,
        "source_hash": edition.source_hash,
        "files": {path: sha256(data) for path, data in files.items()},
        "variants": [_variant_facts(variant) for variant in edition.variants],
    }
    if edition.segments is not None:
        facts["segments"] = [rule.model_dump(mode="json") for rule in edition.segments.values()]
    if edition.dated is not None:
        facts["date"] = edition.dated.isoformat()
    return json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _variant_facts(variant: FrozenVariant) -> dict[str, Any]:
    names = ("key", "language", "audiences", "subject", "preheader")
    return {name: getattr(variant, name) for name in names} | {"embedded": dict(variant.embedded)}


def _files(edition: FrozenEdition) -> dict[str, bytes]:
    bodies = {
        f"variants/{variant.key}/{name}": getattr(variant, part).encode()
        for variant in edition.variants
        for part, name in _BODIES.items()
    }
    return {**edition.files, **bodies}


def _variant(facts: dict[str, Any], files: Mapping[str, bytes]) -> FrozenVariant:
    bodies: dict[str, Any] = {part: files[f"variants/{facts['key']}/{name}"].decode() for part, name in _BODIES.items()}
    return FrozenVariant(**{**facts, "audiences": tuple(facts["audiences"])}, **bodies)


def _verified(path: Path, digest: str) -> bytes:
    data = _read(path)
    if sha256(data) != digest:
        raise _tampered(path)
    return data


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise ConflictError(f"{path} is missing from the approved edition; restore it, or approve again.") from None


def _tampered(path: Path) -> ConflictError:
    return ConflictError(f"{path} is not what was approved; restore it from your backup, or approve again.")
