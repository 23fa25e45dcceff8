"""Pictures for an issue: drawn anew from their points, named for people, and put into the issue's own folder."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath

from newsletter.content.sections.base import PICTURE_TYPES
from newsletter.errors import InputError
from newsletter.rendering.images import LARGEST_UPLOAD, prepare_image, reencode
from newsletter.rendering.rendered import RenderedImage
from newsletter.workspace import Workspace

_THUMBNAIL = 320  # CSS pixels
_SVG = re.compile(rb"^\s*(?:<\?xml|<!DOCTYPE svg|<svg|<!--)", re.IGNORECASE)
_HEIC = re.compile(rb"^....ftyp(?:hei|mif|avif)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of an issue, as a section names it."""

    file: str
    width: int  # CSS pixels
    height: int


def add_picture(workspace: Workspace, issue_id: str, raw: bytes, name: str) -> Picture:
    """Put an uploaded picture beside the issue; the same one twice is one file.

    Raises InputError where it is no picture, far too large, or of a kind that can carry a program.
    """
    drawn = reencode(_fit(raw))
    folder = workspace.issue_path(issue_id) / "images"
    folder.mkdir(parents=True, exist_ok=True)
    stem, dot, ending = drawn.name.partition(".")
    file = f"{_slug(name)}-{stem[:8]}{dot}{ending}"
    if not (folder / file).exists():
        draft = folder / f".{file}"
        draft.write_bytes(drawn.content)
        draft.replace(folder / file)
    return Picture(file=file, width=drawn.width, height=drawn.height)


def pictures(workspace: Workspace, issue_id: str) -> list[str]:
    """Names of the pictures beside an issue."""
    folder = workspace.issue_path(issue_id) / "images"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(name for name in names if name.lower().endswith(PICTURE_TYPES) and not name.startswith("."))


def thumbnail(workspace: Workspace, issue_id: str, name: str) -> RenderedImage | None:
    """A small copy of a picture of an issue, or None where it has none of that name."""
    if name not in pictures(workspace, issue_id):
        return None
    return prepare_image(workspace.issue_path(issue_id) / "images" / name, _THUMBNAIL)


def _fit(raw: bytes) -> bytes:
    if len(raw) > LARGEST_UPLOAD:
        raise InputError(f"This picture has {len(raw) / 1e6:.0f} MB, more than 10. Save it 2,000 pixels wide.")
    if _SVG.match(raw):
        raise InputError("This is an SVG drawing, which mail programs do not show. Save it as PNG.")
    if _HEIC.match(raw):
        raise InputError("This is a photograph in a format that few programs read. Save it as JPEG.")
    return raw


def _slug(name: str) -> str:
    """What the file was called, in letters that every disk and address takes."""
    plain = unicodedata.normalize("NFKD", PurePath(name.replace("\\", "/")).stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-") or "picture"
