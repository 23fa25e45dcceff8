"""Pictures made ready for mail: turned upright, sized to twice their place, compressed, named by their content."""

import hashlib
import io
from functools import lru_cache
from pathlib import Path

from PIL import Image as Pillow
from PIL import ImageOps

from newsletter.errors import InputError, Problem
from newsletter.rendering.rendered import RenderedImage

_SCALE = 2  # pixels for each CSS pixel: sharp on phones
_SCALE_OF_DRAWINGS = 3  # resizing costs a palette its exact colours and three times the bytes, so up to here it stays
HIGHEST = 520  # CSS pixels; a tall picture must not fill the whole screen
_MOST_PIXELS = 50_000_000  # a picture of a few bytes can unpack to gigabytes
_JPEG_QUALITY = 82
_UPLOAD_WIDTH = 800  # CSS pixels a picture that was sent in is kept at
LARGEST_UPLOAD = 10_000_000  # bytes; photographs of today's phones have up to 8 million
_COLOURS = 4096  # a photograph has more
_TYPES = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg"), "GIF": ("gif", "image/gif")}
_READ = [*_TYPES, "WEBP"]  # whatever the file's ending says; Pillow knows formats that start other programs

Pillow.MAX_IMAGE_PIXELS = None  # our own limit is stricter, and says what to do


def prepare_image(path: Path, width: int) -> RenderedImage:
    """The picture at most `width` CSS pixels wide. Raises InputError where the file is no picture or far too large."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _refused(path, f"can't be read ({error.strerror}); put the file there or mend its name") from None
    return _prepare(path, raw, width)


def reencode(raw: bytes) -> RenderedImage:
    """A stranger's picture, drawn anew from its points: no place where it was taken, no second file inside, no motion.

    Raises InputError where it is no picture or far too large.
    """
    return _encoded(_plain(_upright(Path("upload"), raw)), _UPLOAD_WIDTH)


@lru_cache(maxsize=64)
def _prepare(path: Path, raw: bytes, width: int) -> RenderedImage:
    upright = _upright(path, raw)
    if raw.startswith(b"GIF8"):  # it may move
        return _named(raw, "GIF", *_shown(upright.width, upright.height, width))
    return _encoded(_plain(upright), width)


def _upright(path: Path, raw: bytes) -> Pillow.Image:
    try:
        with Pillow.open(io.BytesIO(raw), formats=_READ) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise _refused(path, f"has {opened.width} by {opened.height} pixels; save it 2,000 pixels wide")
            opened.load()
            return ImageOps.exif_transpose(opened)
    except (OSError, ValueError, SyntaxError) as error:
        raise _refused(path, "is no picture, or broken; save it again as PNG or JPEG") from error


def _refused(path: Path, why: str) -> InputError:
    return InputError([Problem(message=f"the picture {why}", file=str(path))])


def _shown(pixels_wide: int, pixels_high: int, width: int) -> tuple[int, int]:
    """CSS width and height: as wide as its place, unless it has too few pixels for that or would be too high."""
    shown = max(1, min(width, pixels_wide, HIGHEST * pixels_wide // pixels_high))
    return shown, max(1, round(pixels_high * shown / pixels_wide))


def _plain(picture: Pillow.Image) -> Pillow.Image:
    """In a mode that can be resized and saved; without an alpha channel where nothing is see-through."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 257).convert("L")  # 16 bits, which convert() alone turns white
    if picture.has_transparency_data:
        see_through = picture.convert("RGBA")
        return see_through if see_through.getchannel("A").getextrema() != (255, 255) else see_through.convert("RGB")
    return picture if picture.mode == "P" else picture.convert("RGB")


def _encoded(picture: Pillow.Image, width: int) -> RenderedImage:
    """Charts, drawings, logos and anything see-through keep their edges as PNG; photographs become JPEG."""
    shown, high = _shown(picture.width, picture.height, width)
    is_photograph = picture.mode == "RGB" and picture.getcolors(_COLOURS) is None
    if picture.width > shown * (_SCALE_OF_DRAWINGS if picture.mode == "P" else _SCALE):
        full = picture.convert("RGB") if picture.mode == "P" else picture
        picture = full.resize((shown * _SCALE, high * _SCALE), Pillow.Resampling.LANCZOS)
    stream = io.BytesIO()
    if is_photograph:
        picture.save(stream, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    else:
        picture.save(stream, "PNG", optimize=True)
    return _named(stream.getvalue(), "JPEG" if is_photograph else "PNG", shown, high)


def _named(content: bytes, kind: str, width: int, height: int) -> RenderedImage:
    ending, content_type = _TYPES[kind]
    name = f"{hashlib.sha256(content).hexdigest()[:20]}.{ending}"
    return RenderedImage(name=name, content=content, content_type=content_type, width=width, height=height)


@lru_cache(maxsize=64)
def is_dark_on_nothing(content: bytes) -> bool:
    """Whether a picture has dark lines on a see-through ground, which vanish where a mail program shows a dark one."""
    picture = Pillow.open(io.BytesIO(content))
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return False
    sample = picture.convert("RGBA").resize((64, 64))
    pixels = list(zip(sample.convert("L").tobytes(), sample.getchannel("A").tobytes(), strict=True))
    shown = [light for light, opacity in pixels if opacity > _OPAQUE]
    clear = sum(opacity < _CLEAR for _, opacity in pixels) / len(pixels)
    return bool(shown) and clear > _MUCH and sum(shown) / len(shown) < _DARK


_OPAQUE, _CLEAR, _DARK = 128, 16, 80  # of 255
_MUCH = 0.2  # of the picture
