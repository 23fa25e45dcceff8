"""Pictures that are sent in: drawn anew, named for people, and never a program, a bomb or a place on the map.

The faults are those of the table of faults: 86 is an image bomb, a file that is two kinds at once, an SVG.
"""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from newsletter.errors import InputError
from newsletter.services.editing.picturing import add_picture, pictures, thumbnail
from newsletter.workspace import Workspace


def photograph(width: int = 1200, height: int = 800, kind: str = "JPEG", **options: object) -> bytes:
    stream = io.BytesIO()
    bands = [Image.effect_noise((width, height), 90) for _ in range(3)]
    Image.merge("RGB", bands).save(stream, kind, **options)
    return stream.getvalue()


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it has 3,600 million pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def stored(desk: Workspace, file: str) -> Path:
    return desk.issues / "2025-11" / "images" / file


def test_a_photograph_is_drawn_anew_and_forgets_where_it_was_taken(desk: Workspace) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Taken at the door of Ann Example"
    raw = photograph(2000, 1200, exif=exif)
    assert b"Ann Example" in raw
    picture = add_picture(desk, "2025-11", raw, "C:\\Pictures\\Sélection d’été.JPG")
    assert picture.file.startswith("selection-dete-")
    assert picture.file.endswith(".jpg")
    content = stored(desk, picture.file).read_bytes()
    assert b"Ann Example" not in content
    with Image.open(io.BytesIO(content)) as shown:
        assert shown.width <= 1600
        assert not shown.getexif()
    assert add_picture(desk, "2025-11", raw, "Sélection d’été.jpg") == picture
    assert pictures(desk, "2025-11") == ["dot.png", picture.file]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (bomb(), "pixels"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
        (b'<?xml version="1.0"?><svg><script>alert(1)</script></svg>', "SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "no picture"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "JPEG"),
        (b"%PDF-1.7", "no picture"),
        (photograph()[:5000], "broken"),
        (b"", "no picture"),
        (b"x" * 10_000_001, "more than 10"),
    ],
    ids=["bomb", "svg", "xml", "html", "heic", "pdf", "cut short", "empty", "large"],
)
def test_fault_86_what_is_no_picture_is_refused_with_a_sentence(desk: Workspace, raw: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        add_picture(desk, "2025-11", raw, "photo.png")
    assert pictures(desk, "2025-11") == ["dot.png"]


def test_fault_86_a_file_that_is_a_picture_and_a_page_at_once_is_a_picture_alone(desk: Workspace) -> None:
    both = photograph(kind="GIF") + b"<script>alert(1)</script>"
    picture = add_picture(desk, "2025-11", both, "../../index.html")
    assert picture.file.startswith("index-")
    assert picture.file.endswith((".png", ".jpg"))
    assert b"<script>" not in stored(desk, picture.file).read_bytes()


def test_only_pictures_of_the_issue_are_shown_small(desk: Workspace) -> None:
    picture = add_picture(desk, "2025-11", photograph(), "photo.jpg")
    small = thumbnail(desk, "2025-11", picture.file)
    assert small is not None
    assert small.width <= 320
    assert thumbnail(desk, "2025-11", "../issue.yaml") is None
    assert thumbnail(desk, "2025-11", "nothing.png") is None
