"""The drawing board of `draw_pictures.py`: shapes and words with smooth edges, saved as small PNG files."""

import copy
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Box = tuple[float, float, float, float]


class Canvas:
    """A drawing in the pixels of the finished picture, drawn finer and scaled down so that edges are smooth."""

    FINER = 3

    def __init__(self, width: int, height: int, ground: str = "#00000000") -> None:
        """An empty picture on one colour."""
        self.size = (width, height)
        self._image = Image.new("RGBA", (width * self.FINER, height * self.FINER), ground)
        self._pen = ImageDraw.Draw(self._image)
        self.origin, self.scale = (0.0, 0.0), float(self.FINER)

    def placed(self, x: float, y: float, scale: float = 1) -> "Canvas":
        """The same picture, measured from another point and in another scale."""
        view = copy.copy(self)
        view.origin, view.scale = (x * self.FINER, y * self.FINER), scale * self.FINER
        return view

    def _fine(self, *numbers: float) -> list[int]:
        return [round(self.origin[place % 2] + number * self.scale) for place, number in enumerate(numbers)]

    def box(self, box: Box, fill: str, *, radius: float = 0, top: bool = False) -> None:
        """A rectangle from corner to corner; round corners all round or at the top only."""
        left, upper, right, lower = self._fine(*box)
        corners = (True, True, not top, not top)
        self._pen.rounded_rectangle((left, upper, right - 1, lower - 1), radius * self.scale, fill, corners=corners)

    def disc(self, x: float, y: float, across: float, fill: str, *, down: float = 0) -> None:
        """A disc about a centre; `down` makes it an ellipse."""
        self._pen.ellipse(self._fine(x - across, y - (down or across), x + across, y + (down or across)), fill)

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        """A polygon."""
        self._pen.polygon([number for point in points for number in self._fine(*point)], fill)

    def smile(self, x: float, y: float, across: float, colour: str, *, thick: float) -> None:
        """The lower part of a circle, as a line."""
        circle = self._fine(x - across, y - across, x + across, y + across)
        self._pen.arc(circle, 30, 150, colour, round(thick * self.scale))

    def words(
        self, x: float, y: float, text: str, size: float, fill: str, *, align: str = "l", bold: float = 0
    ) -> None:
        """A line of text at its baseline; `bold` thickens the bundled regular face by that many pixels."""
        font = ImageFont.load_default(size=size * self.scale)
        left, base = self._fine(x, y)
        self._pen.text((left, base), text, fill, font, f"{align}s", stroke_width=round(bold * self.scale))

    def save(self, path: Path, *, colours: int = 96) -> None:
        """Write the finished PNG; a picture without transparency gets a palette, which keeps it small."""
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = self._image.resize(self.size, Image.Resampling.LANCZOS)
        if picture.getchannel("A").getextrema() == (255, 255):
            opaque = picture.convert("RGB")
            picture = opaque.quantize(colours, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
        picture.save(path, optimize=True)
