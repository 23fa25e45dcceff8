"""The gallery looks as it did: compared with pictures of it, by day and by night, in a pane and on a phone.

`python scripts/renew_goldens.py` draws them anew after a change that is wanted.
"""

from typing import Any

import pytest
from PIL import Image, ImageChops
from renew_goldens import LOOKS, gallery, golden_path, picture
from take_pictures import pages

pytestmark = pytest.mark.heavy

BAND = 100  # rows of the picture that are judged together, so that a small change is not lost in a long mail
NOTICED = 48  # of 255: a difference that an eye sees; smoothing of letters stays below
MOST = 0.02  # of a band's points
TALLER = 4  # rows


def differing(one: Image.Image, other: Image.Image) -> list[int]:
    """The first rows of bands that look different."""
    height = min(one.height, other.height)
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    seen = difference.convert("L").point(lambda value: 255 if value > NOTICED else 0)
    bands = ((top, seen.crop((0, top, seen.width, min(top + BAND, height)))) for top in range(0, height, BAND))
    return [top for top, band in bands if band.histogram()[255] > MOST * band.width * band.height]


@pytest.fixture(scope="module")
def html() -> str:
    """The gallery as mailed, with its pictures inside."""
    return pages(gallery())["mail"]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_gallery_looks_as_it_did(width: int, scheme: str, html: str, browser: Any) -> None:
    with Image.open(golden_path(width, scheme)) as golden:
        now = picture(browser, html, width, scheme)
        assert abs(now.height - golden.height) <= TALLER
        assert differing(now, golden) == [], "rows that changed; is it wanted? then python scripts/renew_goldens.py"


def test_a_button_in_another_colour_would_be_noticed(html: str, browser: Any) -> None:
    changed = html.replace("#0f4c5c", "#7a1f5c")
    with Image.open(golden_path(600, "light")) as golden:
        assert differing(picture(browser, changed, 600, "light"), golden)
