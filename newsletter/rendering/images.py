"""Pictures made ready for mail: turned upright, sized to twice their place, compressed, named by their content."""

import hashlib
import io
from functools import lru_cache
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from newsletter.errors import InputError, Problem
from newsletter.rendering.rendered import RenderedImage

_SCALE = 2  # pixels for each CSS pixel: sharp on phones
_HIGHEST = 520  # CSS pixels; a tall picture must not fill the whole screen
_MOST_PIXELS = 50_000_000  # a picture of a few bytes can unpack to gigabytes
_JPEG_QUALITY = 82
_TYPES = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg"), "GIF": ("gif", "image/gif")}


def prepare_image(path: Path, width: int) -> RenderedImage:
    """The picture at most `width` CSS pixels wide. Raises InputError where the file is no picture or far too large."""
    return _prepare(path, path.read_bytes(), width)


@lru_cache(maxsize=64)
def _prepare(path: Path, raw: bytes, width: int) -> RenderedImage:
    try:
        with Pillow.open(io.BytesIO(raw)) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise _refused(path, f"has {opened.width} by {opened.height} pixels; save it 2,000 pixels wide")
            if opened.format == "GIF":
                return _named(raw, "GIF", *_shown(opened.width, opened.height, width))
            upright = ImageOps.exif_transpose(opened)
            upright.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _refused(path, "is no picture, or broken; save it again as PNG or JPEG") from error
    return _encoded(upright, width)


def _refused(path: Path, why: str) -> InputError:
    return InputError([Problem(message=f"the picture {why}", file=str(path))])


def _shown(pixels_wide: int, pixels_high: int, width: int) -> tuple[int, int]:
    """CSS width and height: as wide as its place, unless it has too few pixels for that or would be too high."""
    shown = max(1, min(width, pixels_wide, _HIGHEST * pixels_wide // pixels_high))
    return shown, max(1, round(pixels_high * shown / pixels_wide))


def _encoded(picture: Pillow.Image, width: int) -> RenderedImage:
    shown, high = _shown(picture.width, picture.height, width)
    if picture.width > shown * _SCALE:
        picture = picture.resize((shown * _SCALE, high * _SCALE), Pillow.Resampling.LANCZOS)
    kind = "PNG" if _keeps_edges(picture) else "JPEG"
    stream = io.BytesIO()
    if kind == "PNG":
        picture.save(stream, "PNG", optimize=True)
    else:
        picture.convert("RGB").save(stream, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    return _named(stream.getvalue(), kind, shown, high)


def _keeps_edges(picture: Pillow.Image) -> bool:
    """Charts, logos and anything see-through stay PNG; photographs become JPEG."""
    if picture.mode in ("P", "1", "LA", "RGBA", "PA"):
        return True
    return picture.convert("RGB").getcolors(maxcolors=4096) is not None


def _named(content: bytes, kind: str, width: int, height: int) -> RenderedImage:
    ending, content_type = _TYPES[kind]
    name = f"{hashlib.sha256(content).hexdigest()[:20]}.{ending}"
    return RenderedImage(name=name, content=content, content_type=content_type, width=width, height=height)
