"""The reference MJML compiler as an oracle: it finds no fault in our MJML, and what it makes looks the same as ours."""

import io
import json
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image, ImageChops, ImageColor
from sample_copies import LOOKS, Copy, Look

from newsletter.rendering.inlining import inline_css
from newsletter.rendering.pipeline import compose_mjml
from newsletter.rendering.templating import fill
from newsletter.rendering.view import View

pytestmark = pytest.mark.heavy

SCRIPT = Path(__file__).parent / "node" / "compile.mjs"


class Compiled(NamedTuple):
    """What the reference compiler answers."""

    html: str
    errors: list[str]


@pytest.fixture
def reference(require: Callable[[str], str]) -> Callable[[str], Compiled]:
    """The reference compiler, in strict mode."""
    node = require("node")
    require("npm:mjml")

    return lambda source: _compiled(node, source)


@cache
def _compiled(node: str, source: str) -> Compiled:
    command = [node, str(SCRIPT)]
    answer = subprocess.run(command, input=source.encode(), capture_output=True, check=True, timeout=60).stdout
    return Compiled(**json.loads(answer))


def inlined(html: str, view: View) -> str:
    """The reference's HTML with our inline sheet written into it, as our own has."""
    sheet = fill(view.theme.root, "email/inline.css.j2", {"view": view, "theme": view.theme}, plain=True)
    return inline_css(re.sub(r"^\s*<!doctype html>", "<!DOCTYPE html>", html, count=1), sheet)


def difference(one: bytes, other: bytes) -> tuple[int, int, int, int] | None:
    """The rectangle in which two pictures differ; None if they are equal pixel for pixel."""
    first, second = (Image.open(io.BytesIO(picture)).convert("RGB") for picture in (one, other))
    if first.size != second.size:
        return (0, 0, *second.size)
    return ImageChops.difference(first, second).getbbox()


def test_the_strict_validator_finds_nothing(copies: list[Copy], reference: Callable[[str], Compiled]) -> None:
    found = {str(copy): reference(compose_mjml(copy.view)).errors for copy in copies}
    assert not any(found.values()), found


def test_the_strict_validator_would_find_a_misspelt_attribute(reference: Callable[[str], Compiled]) -> None:
    source = "<mjml><mj-body><mj-section><mj-column colour='red' /></mj-section></mj-body></mjml>"
    assert "colour" in "".join(reference(source).errors)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_our_mail_looks_like_the_reference_pixel_for_pixel(
    look: Look, copies: list[Copy], reference: Callable[[str], Compiled], opened: Callable[..., Any]
) -> None:
    for copy in copies:
        theirs = inlined(reference(compose_mjml(copy.view)).html, copy.view)
        pages = (copy.with_pictures(html) for html in (copy.rendered.html, theirs))
        ours, expected = (opened(page, look).screenshot(full_page=True) for page in pages)
        assert difference(ours, expected) is None, str(copy)


def test_pictures_that_differ_in_one_pixel_are_told_apart() -> None:
    pictures = []
    for colour in ("white", "#fefefe"):
        stream = io.BytesIO()
        image = Image.new("RGB", (4, 4), "white")
        image.putpixel((1, 2), ImageColor.getrgb(colour))
        image.save(stream, "PNG")
        pictures.append(stream.getvalue())
    assert difference(pictures[0], pictures[0]) is None
    assert difference(*pictures) == (1, 2, 2, 3)
