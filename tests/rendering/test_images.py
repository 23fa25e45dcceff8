"""Pictures made ready for mail: upright, sized, compressed, the same bytes each time, and never trusted."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from newsletter.errors import InputError
from newsletter.rendering.images import prepare_image
from newsletter.rendering.rendered import RenderedImage

Draw = Callable[..., Path]


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """As many colours as a photograph has, the same each time."""
    count = size[0] * size[1] * len(mode.replace("CMYK", "1234"))
    return Image.frombytes(mode, size, random.Random(1).randbytes(count))


def opened(made: RenderedImage) -> Image.Image:
    picture = Image.open(io.BytesIO(made.content))
    picture.load()
    return picture


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_large_picture_becomes_twice_as_wide_as_its_place(tmp_path: Path, draw: Draw) -> None:
    made = prepare_image(draw(tmp_path / "large.png", (3000, 1500)), 576)
    assert (made.width, made.height) == (576, 288)
    assert opened(made).size == (1152, 576)


def test_a_small_picture_is_not_blown_up(tmp_path: Path, draw: Draw) -> None:
    made = prepare_image(draw(tmp_path / "small.png", (100, 50)), 576)
    assert (made.width, made.height, opened(made).size) == (100, 50, (100, 50))


def test_a_tall_picture_does_not_fill_the_screen(tmp_path: Path, draw: Draw) -> None:
    made = prepare_image(draw(tmp_path / "tall.png", (1000, 4000)), 576)
    assert (made.width, made.height) == (130, 520)


def test_a_picture_of_one_row_has_a_height(tmp_path: Path, draw: Draw) -> None:
    assert prepare_image(draw(tmp_path / "line.png", (2000, 1)), 576).height == 1


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter to the right
    sideways = noise((400, 200))
    sideways.save(tmp_path / "phone.jpg", exif=exif)
    made = prepare_image(tmp_path / "phone.jpg", 576)
    assert (made.width, made.height) == (200, 400)
    assert not opened(made).getexif()  # nor where it was taken


def test_a_drawing_stays_png_and_a_photograph_becomes_jpeg(tmp_path: Path, draw: Draw) -> None:
    noise((300, 200)).save(tmp_path / "photo.png")
    drawing, photograph = prepare_image(draw(tmp_path / "chart.png"), 576), prepare_image(tmp_path / "photo.png", 576)
    assert (drawing.content_type, opened(drawing).format, drawing.name[-4:]) == ("image/png", "PNG", ".png")
    assert (photograph.content_type, opened(photograph).format, photograph.name[-4:]) == ("image/jpeg", "JPEG", ".jpg")


def test_a_drawing_stays_a_drawing_when_it_is_made_smaller(tmp_path: Path) -> None:
    chart = noise((60, 30), "1").resize((3000, 1500))
    chart.save(tmp_path / "chart.png")
    made = prepare_image(tmp_path / "chart.png", 576)
    assert made.content_type == "image/png"
    assert len(opened(made).convert("RGB").getcolors(1 << 24)) > 2  # smoothed, not cut to black and white


def test_a_palette_keeps_its_exact_colours_up_to_three_pixels_for_one(tmp_path: Path) -> None:
    drawing = noise((1200, 100), "L").convert("P")
    drawing.save(tmp_path / "drawing.png")
    made = opened(prepare_image(tmp_path / "drawing.png", 576))
    assert (made.mode, made.size) == ("P", (1200, 100))
    assert made.convert("RGB").tobytes() == drawing.convert("RGB").tobytes()


def test_what_is_see_through_stays_so_and_what_only_could_be_does_not(tmp_path: Path) -> None:
    clear, opaque = noise((50, 50), "RGBA"), noise((200, 200)).convert("RGBA")
    clear.save(tmp_path / "clear.png")
    opaque.save(tmp_path / "opaque.webp", lossless=True)
    assert opened(prepare_image(tmp_path / "clear.png", 576)).mode == "RGBA"
    assert prepare_image(tmp_path / "opaque.webp", 576).content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("mode", "name"), [("CMYK", "print.jpg"), ("1", "fax.png"), ("LA", "grey.png"), ("L", "l.jpg")]
)
def test_a_mode_that_mail_programs_do_not_know_is_changed(tmp_path: Path, draw: Draw, mode: str, name: str) -> None:
    assert opened(prepare_image(draw(tmp_path / name, mode=mode), 576)).mode in ("RGB", "RGBA", "P")


def test_sixteen_bits_keep_their_brightness(tmp_path: Path) -> None:
    Image.new("I;16", (20, 20), 0x8080).save(tmp_path / "scan.png")
    assert opened(prepare_image(tmp_path / "scan.png", 576)).convert("L").getpixel((5, 5)) == 0x80


def test_a_gif_is_kept_with_its_frames(tmp_path: Path) -> None:
    frames = [Image.new("P", (800, 400), colour) for colour in (0, 1, 2)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    made = prepare_image(tmp_path / "moving.gif", 576)
    assert made.content == (tmp_path / "moving.gif").read_bytes()
    assert (made.width, made.height, made.content_type) == (576, 288, "image/gif")


def test_the_same_picture_has_the_same_name_and_bytes(tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        noise((900, 600)).save(tmp_path / name)
    first, second = prepare_image(tmp_path / "one.png", 300), prepare_image(tmp_path / "two.png", 300)
    assert first == second
    assert first.cid == f"{first.name.removesuffix('.jpg')}@images"


def test_a_changed_picture_is_seen(tmp_path: Path, draw: Draw) -> None:
    path = draw(tmp_path / "dot.png")
    before = prepare_image(path, 576)
    Image.new("RGB", (40, 20), "red").save(path)
    assert prepare_image(path, 576) != before


def bomb() -> bytes:
    """200 bytes that say they unpack to 14 gigabytes."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def whole(kind: str) -> bytes:
    stream = io.BytesIO()
    noise((200, 200)).convert("P" if kind == "GIF" else "RGB").save(stream, kind)
    return stream.getvalue()


def halved(kind: str) -> bytes:
    return whole(kind)[: len(whole(kind)) // 2]


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb(), "60000 by 60000 pixels; save it 2,000 pixels wide"),
        (b"", "is no picture, or broken"),
        (b"not a picture at all", "is no picture, or broken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "is no picture, or broken"),
        (POSTSCRIPT, "is no picture, or broken"),
        (whole("TIFF"), "is no picture, or broken"),
        (halved("PNG"), "is no picture, or broken"),
        (halved("JPEG"), "is no picture, or broken"),
        (halved("GIF"), "is no picture, or broken"),
        (halved("WEBP"), "is no picture, or broken"),
    ],
    ids=["bomb", "empty", "text", "svg", "postscript", "tiff", "png", "jpeg", "gif", "webp"],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "odd.png").write_bytes(content)
    with pytest.raises(InputError, match=rf"odd\.png: the picture .*{words}"):
        prepare_image(tmp_path / "odd.png", 576)


def test_a_file_that_is_gone_or_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    for name in ("gone.png", "folder.png"):
        with pytest.raises(InputError, match="can't be read"):
            prepare_image(tmp_path / name, 576)


def name_or_sentence(path: Path) -> bool:
    try:
        return prepare_image(path, 576).name.endswith((".png", ".jpg", ".gif"))
    except InputError as error:
        return str(error).startswith(f"{path}: the picture ")


@pytest.mark.filterwarnings("ignore")  # Pillow's own remarks on broken EXIF
def test_damage_anywhere_in_a_file_ends_in_a_picture_or_a_sentence(tmp_path: Path) -> None:
    chance = random.Random(7)
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        stream = io.BytesIO()
        noise((30, 20)).convert("P" if kind == "GIF" else "RGB").save(stream, kind)
        for number in range(60):
            damaged = bytearray(stream.getvalue())
            for _ in range(chance.choice([1, 3, 20])):
                damaged[chance.randrange(min(len(damaged), 120))] = chance.randrange(256)
            path = tmp_path / f"{number}.png"
            path.write_bytes(damaged)
            assert name_or_sentence(path)
