"""What stands in the place of a picture that was withdrawn: a plain grey field of the same size and kind."""

import io

from PIL import Image as Pillow

_GREY = (206, 212, 215)
_KINDS = {"jpg": "JPEG", "png": "PNG", "gif": "GIF"}


def neutral_picture(content: bytes, name: str) -> bytes:
    """The same width and height, so that nothing moves in a mail; the same kind, which the name says."""
    with Pillow.open(io.BytesIO(content)) as picture:
        size = picture.size
    stream = io.BytesIO()
    Pillow.new("RGB", size, _GREY).save(stream, _KINDS[name.rpartition(".")[2]], optimize=True)
    return stream.getvalue()
