"""Draws every picture of the sample workspace, with Pillow and its own bundled font alone.

`python scripts/draw_pictures.py [FOLDER]` writes below the repository, or below FOLDER. Widths are twice what the mail
shows (640 CSS pixels), each file stays under 150 KB. The same Pillow draws the same bytes everywhere.
"""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from picture_canvas import Canvas

# Mentions in reports of the 2024-25 period; figures invented for the sample.
THEMES = (
    ("Respectful relationships", 148),
    ("Health and wellbeing", 117),
    ("Family contact", 86),
    ("Education and activities", 74),
    ("Feeling safe", 61),
    ("Rights and complaints", 43),
)

BRAND, DEEP, TEAL, MIST, TINT = "#0f4c5c", "#0b3642", "#3f8390", "#b9d3d7", "#e3eff0"
STONE, STONE_SHADE, STONE_LINE, SAND = "#efe5d2", "#dccdb2", "#c3b08f", "#f7f1e6"
CLAY, AMBER, LEAF, LEAF_DARK, INK, WHITE = "#b5583a", "#e8b04a", "#6f9a78", "#527c5e", "#1b2430", "#ffffff"


@dataclass(frozen=True, kw_only=True)
class Person:
    """How an invented person looks."""

    skin: str
    hair: str
    clothes: str
    fall: float = 0  # how far the hair falls


BAY = 167  # left edge of the first window of the street front


def chart(path: Path) -> None:
    """Top themes as bars; labels stand above the bars so that they stay readable 300 pixels wide."""
    row, left, right = 146, 56, 1224
    canvas = Canvas(1280, 56 + row * len(THEMES), WHITE)
    longest = max(count for _, count in THEMES)
    for number, (theme, count) in enumerate(THEMES):
        y = 36 + row * number
        canvas.words(left, y + 52, theme, 54, INK)
        canvas.words(right, y + 52, str(count), 54, BRAND, align="r", bold=0.9)
        canvas.box((left, y + 72, right, y + 112), TINT, radius=8)
        canvas.box((left, y + 72, left + (right - left) * count / longest, y + 112), BRAND, radius=8)
    canvas.save(path, colours=32)


def facade(path: Path) -> None:
    """A calm street front of the 1930s: arcade, five rows of windows, cornice."""
    canvas = Canvas(1280, 760, TINT)
    canvas.disc(1204, 150, 46, "#f6e3b4")
    _neighbours(canvas)
    canvas.box((150, 128, 1130, 640), STONE)
    canvas.box((1010, 128, 1130, 640), "#e8dcc5")  # the wing in shade
    _cornice(canvas)
    for floor in range(5):
        _windows(canvas, 196 + floor * 52)
    canvas.box((142, 456, 1138, 468), STONE_LINE)
    canvas.box((142, 468, 1138, 474), STONE_SHADE)
    _arcade(canvas)
    _street(canvas)
    canvas.save(path, colours=200)


def _neighbours(canvas: Canvas) -> None:
    for left, right, top in ((0, 84, 330), (70, 160, 268), (1120, 1206, 300), (1196, 1280, 366)):
        canvas.box((left, top, right, 640), MIST)
        for x in range(left + 18, right - 22, 32):
            for y in range(top + 30, 600, 54):
                canvas.box((x, y, x + 14, y + 26), "#cfe1e4")


def _cornice(canvas: Canvas) -> None:
    canvas.box((196, 84, 1084, 112), STONE_SHADE)
    canvas.box((196, 84, 1084, 90), STONE_LINE)
    canvas.box((124, 108, 1156, 124), SAND)
    canvas.box((124, 124, 1156, 132), STONE_LINE)
    for x in range(140, 1140, 20):
        canvas.box((x, 132, x + 10, 142), STONE_SHADE)
    canvas.box((150, 176, 1130, 180), STONE_SHADE)
    for bay in range(18):
        canvas.box((BAY + 54 * bay + 3, 152, BAY + 54 * bay + 25, 168), TEAL, radius=2)


def _windows(canvas: Canvas, y: float) -> None:
    lit = {3, 11, 14, 22, 40, 47, 66, 71, 85}  # a few people work late
    for bay in range(18):
        x = BAY + 54 * bay
        canvas.box((x - 3, y - 4, x + 31, y + 38), SAND)
        canvas.box((x - 5, y + 38, x + 33, y + 43), STONE_LINE)
        glass = AMBER if bay + 18 * round((y - 196) / 52) in lit else BRAND
        canvas.box((x, y, x + 28, y + 38), glass)
        canvas.box((x, y, x + 28, y + 10), "#f0c773" if glass == AMBER else TEAL)
        canvas.box((x + 13, y, x + 15, y + 38), SAND)


def _arcade(canvas: Canvas) -> None:
    for number in range(9):
        middle = 208 + number * 108
        half, top = (40, 492) if number == 4 else (34, 504)
        canvas.box((middle - half - 7, top - 7, middle + half + 7, 640), SAND, radius=half + 7, top=True)
        canvas.box((middle - half, top, middle + half, 640), DEEP if number == 4 else BRAND, radius=half, top=True)
        canvas.box((middle - half, 556, middle + half, 561), STONE_SHADE)
        canvas.box((middle - 2, top + 2, middle + 2, 640), STONE_SHADE)
        canvas.box((middle - 5, top - 14, middle + 5, top + 4), STONE_LINE)  # keystone
        if number < 8:
            canvas.box((middle + 49, 484, middle + 59, 640), STONE_SHADE)
    canvas.disc(640, 588, 5, AMBER)


def _street(canvas: Canvas) -> None:
    canvas.box((0, 640, 1280, 684), "#d5dcdc")
    canvas.box((0, 684, 1280, 692), "#b4c2c4")
    canvas.box((0, 692, 1280, 760), "#8fa3a8")
    for x in range(40, 1280, 190):
        canvas.box((x, 722, x + 96, 728), "#dfe7e8")
    for x in (76, 1204):
        _tree(canvas, x)
    for x in (316, 964):
        _lamp(canvas, x)
    for x, coat in ((452, CLAY), (488, LEAF_DARK), (806, DEEP)):
        _walker(canvas, x, coat)


def _tree(canvas: Canvas, x: float) -> None:
    canvas.box((x - 6, 520, x + 6, 660), "#7a5b45")
    for dx, y, size in ((-30, 512, 42), (30, 506, 44), (0, 464, 54), (0, 524, 46)):
        canvas.disc(x + dx, y, size, LEAF)
    for dx, y, size in ((20, 486, 26), (-14, 528, 22)):
        canvas.disc(x + dx, y, size, LEAF_DARK)


def _lamp(canvas: Canvas, x: float) -> None:
    canvas.box((x - 3, 540, x + 3, 664), INK)
    canvas.box((x - 9, 656, x + 9, 666), INK, radius=2)
    canvas.disc(x, 530, 13, "#fbe7b8")
    canvas.box((x - 9, 510, x + 9, 516), INK, radius=3)


def _walker(canvas: Canvas, x: float, coat: str) -> None:
    canvas.shape([(x - 8, 650), (x - 1, 650), (x - 5, 678), (x - 11, 678)], INK)
    canvas.shape([(x + 1, 650), (x + 8, 650), (x + 13, 678), (x + 7, 678)], INK)
    canvas.box((x - 12, 606, x + 12, 656), coat, radius=11)
    canvas.disc(x, 594, 10, "#8d5b3f" if coat == CLAY else "#d9a883")


PEOPLE = (
    Person(skin="#e0b08f", hair="#5b3a29", clothes=BRAND),
    Person(skin="#8d5b3f", hair="#1f1a17", clothes=CLAY, fall=26),
    Person(skin="#f0c9a8", hair="#b98a4b", clothes=LEAF_DARK, fall=34),
    Person(skin="#c58c63", hair="#2b211d", clothes="#4b4f7a"),
    Person(skin="#6f4630", hair="#d7d4cf", clothes="#c08a2e"),
)


def meeting(path: Path) -> None:
    """Five people round a table before a window."""
    canvas = Canvas(1280, 720, "#eef4f4")
    _room(canvas)
    for number, person in enumerate(PEOPLE):
        _person(canvas.placed(200 + number * 220, 310 - (14 if number % 2 else 0)), person)
    canvas.box((96, 540, 1184, 720), "#b98a5c")
    for x in range(368, 1184, 272):
        canvas.box((x - 2, 556, x + 2, 720), "#a97c50")
    canvas.box((60, 500, 1220, 548), "#d2a677", radius=12)
    canvas.box((60, 540, 1220, 556), "#a97c50", radius=8)
    _papers(canvas)
    canvas.save(path, colours=160)


def _room(canvas: Canvas) -> None:
    canvas.box((0, 640, 1280, 720), "#d8e3e3")
    canvas.box((360, 56, 920, 330), WHITE, radius=10)
    canvas.box((374, 70, 906, 316), "#cfe4ea", radius=4)
    canvas.shape([(374, 316), (374, 250), (520, 196), (660, 256), (790, 208), (906, 246), (906, 316)], "#a9c9b0")
    canvas.box((634, 56, 646, 330), WHITE)
    canvas.box((344, 326, 936, 342), MIST, radius=6)
    canvas.box((1030, 186, 1190, 198), "#c9a27a", radius=4)  # a shelf with a plant
    for dx, dy in ((-30, -66), (0, -92), (30, -66)):
        canvas.disc(1110 + dx, 180 + dy, 27, LEAF if dx else LEAF_DARK)
    canvas.box((1084, 136, 1136, 186), CLAY, radius=6)
    canvas.box((110, 62, 270, 178), WHITE, radius=8)
    for row, length in enumerate((104, 76, 92)):
        canvas.box((132, 92 + row * 24, 132 + length, 102 + row * 24), MIST, radius=5)


def _person(canvas: Canvas, person: Person) -> None:
    """Head and shoulders about the middle of the face."""
    canvas.disc(0, -14, 60, person.hair)
    if person.fall:
        canvas.box((-60, -14, 60, 30 + person.fall), person.hair, radius=24)
    canvas.box((-92, 88, 92, 400), person.clothes, radius=70, top=True)
    canvas.box((-22, 30, 22, 108), person.skin, radius=20)
    canvas.shape([(-40, 88), (40, 88), (0, 140)], WHITE)
    canvas.shape([(-24, 87), (24, 87), (0, 116)], person.skin)
    canvas.disc(0, 6, 48, person.skin, down=54)
    canvas.shape([(-50, -10), (-46, -44), (0, -62), (46, -44), (50, -10), (16, -28)], person.hair)
    for side in (-17, 17):
        canvas.disc(side, 8, 4.5, INK)
    canvas.smile(0, 20, 18, "#7c352b", thick=4)


def _papers(canvas: Canvas) -> None:
    for x in (300, 520, 760, 980):
        canvas.shape([(x - 44, 520), (x + 36, 520), (x + 46, 502), (x - 34, 502)], WHITE)
        canvas.shape([(x - 26, 514), (x + 18, 514), (x + 20, 511), (x - 24, 511)], MIST)
    for x in (412, 650, 872):
        canvas.box((x - 15, 474, x + 15, 508), WHITE, radius=6)
        canvas.box((x - 15, 474, x + 15, 484), TEAL, radius=4)


def hills(path: Path) -> None:
    """A quiet landscape for the gallery of sections."""
    canvas = Canvas(1280, 560, "#dcebed")
    canvas.disc(930, 150, 62, "#f6e3b4")
    for base, swing, length, colour in ((290, 60, 620, MIST), (380, 46, 810, TEAL), (460, 34, 1130, BRAND)):
        ridge = [(x, base + swing * math.sin(length + math.tau * x / length)) for x in range(0, 1281, 10)]
        canvas.shape([(0, 560), *ridge, (1280, 560)], colour)
    canvas.save(path)


def portrait(path: Path) -> None:
    """An invented person, tall, for the gallery of sections."""
    canvas = Canvas(640, 800, TINT)
    canvas.disc(320, 360, 260, MIST)
    _person(canvas.placed(320, 340, 2.1), PEOPLE[1])
    canvas.save(path)


def logo(path: Path) -> None:
    """The wordmark on its own ground, which holds on light and on dark pages."""
    canvas = Canvas(640, 120)
    canvas.box((0, 0, 640, 120), BRAND)
    for half, colour in ((50, WHITE), (41, BRAND), (31, WHITE), (22, BRAND), (12, WHITE)):  # a door, and light in it
        canvas.box((50 - half, 54 - half, 50 + half, 110), colour, radius=half, top=True)
    canvas.words(134, 89, "NPM", 82, WHITE, bold=1.8)
    canvas.words(332, 89, "Bulletin", 82, WHITE)
    canvas.save(path)


PICTURES: dict[str, Callable[[Path], None]] = {
    "issues/logo.png": logo,
    "issues/2025-11/images/good-practice-themes.png": chart,
    "issues/2025-11/images/india-buildings.png": facade,
    "issues/2025-11/images/meeting.png": meeting,
    "issues/gallery/images/hills.png": hills,
    "issues/gallery/images/portrait.png": portrait,
}


def draw_all(folder: Path) -> list[Path]:
    """Draw every picture below a folder; the paths written."""
    for name, draw in PICTURES.items():
        draw(folder / name)
    return [folder / name for name in PICTURES]


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
