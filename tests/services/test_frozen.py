"""An edition on disk is exactly what was approved, or it is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import ConflictError
from newsletter.services.frozen import (
    FrozenEdition,
    FrozenVariant,
    content_hash,
    frozen_segments,
    read_edition,
    write_edition,
)
from newsletter.subscribers.segments import Segment, Segments

SCOTLAND = Segment(
    id="scotland",
    name="Readers in Scotland",
    nation=("scotland", "uk"),
    without_tag=("x",),
    attribute={"grade": ("senior",)},
    joined_before=date(2025, 6, 1),
)
SEGMENTS = Segments([SCOTLAND])


def made(**values: str) -> FrozenEdition:
    texts = {"html": "<p>Hé \U0001f600\r\n</p>", "text": "Hé\n", "web_html": "<html></html>", "web_fragment": "<p></p>"}
    variant = FrozenVariant(
        key="en+scotland",
        language="en",
        audiences=("scotland",),
        subject="November — news",
        preheader="What is new",
        embedded={"images/0a1b.png": "image/png"},
        **{**texts, **values},
    )
    files = {"images/0a1b.png": b"\x89PNG\x00", "events/talk.ics": b"BEGIN:VCALENDAR\r\n"}
    return FrozenEdition(
        issue_id="2025-11",
        source_hash="a" * 64,
        variants=(variant,),
        files=files,
        segments=SEGMENTS,
        dated=date(2025, 11, 7),
    )


def test_what_is_read_back_is_what_was_written_byte_for_byte(tmp_path: Path) -> None:
    name = write_edition(tmp_path, made())
    assert name == content_hash(made())
    assert read_edition(tmp_path, name) == made()
    assert frozen_segments(tmp_path, name) == SEGMENTS


def test_pictures_inside_the_mail_keep_their_content_id(tmp_path: Path) -> None:
    edition = read_edition(tmp_path, write_edition(tmp_path, made()))
    (image,) = edition.inline_images(edition.variant("en+scotland"))
    assert (image.cid, image.media_type, image.data) == ("0a1b@images", "image/png", b"\x89PNG\x00")


def test_equal_bytes_have_one_name_and_one_folder(tmp_path: Path) -> None:
    assert write_edition(tmp_path, made()) == write_edition(tmp_path, made())
    assert len(list(tmp_path.iterdir())) == 1


def test_another_rule_for_who_gets_a_variant_is_another_edition() -> None:
    wider = Segments([SEGMENTS["scotland"].model_copy(update={"nation": ("scotland",)})])
    assert len({content_hash(replace(made(), segments=rules)) for rules in (SEGMENTS, wider, Segments(), None)}) == 4


def test_an_edition_of_an_earlier_release_says_no_day(tmp_path: Path) -> None:
    undated = replace(made(), dated=None)
    assert read_edition(tmp_path, write_edition(tmp_path, undated)) == undated
    assert content_hash(undated) != content_hash(made())


@pytest.mark.parametrize("part", ["html", "text", "web_html", "web_fragment"])
def test_any_other_byte_is_another_edition(part: str) -> None:
    assert content_hash(made(**{part: "otherwise"})) != content_hash(made())


@pytest.mark.parametrize(
    "file",
    ["manifest.json", "variants/en+scotland/mail.html", "variants/en+scotland/mail.txt", "images/0a1b.png"],
)
@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(path.read_bytes() + b" "), Path.unlink])
def test_a_changed_or_missing_file_is_found_and_named(
    tmp_path: Path, file: str, spoil: Callable[[Path], object]
) -> None:
    name = write_edition(tmp_path, made())
    spoil(tmp_path / name / file)
    with pytest.raises(ConflictError, match=Path(file).name):
        read_edition(tmp_path, name)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    broken = FrozenEdition(
        issue_id="x", source_hash="", variants=made().variants, files={"images": b"", "images/a": b""}
    )
    with pytest.raises(OSError, match="images"):
        write_edition(tmp_path, broken)
    assert list(tmp_path.iterdir()) == []
