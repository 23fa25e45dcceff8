"""Weighs a mail against what Gmail cuts off (limits: the size check, newsletter.checks.rules.clients.size)."""

from dataclasses import dataclass
from typing import Literal

from lxml import html as lxml_html

from newsletter.checks.rules.clients.size import LARGE, MOST_STYLE, TOO_LARGE
from newsletter.rendering.rendered import Rendered

Level = Literal["ok", "caution", "over"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One weight and how it compares."""

    name: str
    size: int  # bytes
    limit: int  # bytes that it should stay below
    level: Level
    verdict: str  # what it means, one sentence
    marks: tuple[int, ...]  # limits drawn on the bar, bytes

    @property
    def full_scale(self) -> int:
        """Bytes at the right end of the bar."""
        return max(self.marks) * 11 // 10

    def share(self, size: int) -> float:
        """Where a size lies on the bar, in percent."""
        return round(min(100.0, 100 * size / self.full_scale), 1)


def measure(rendered: Rendered) -> list[Measure]:
    """The weight of the decoded HTML, and of the styles in its head."""
    return [_html(len(rendered.html.encode())), _styles(_style_bytes(rendered.html))]


def _html(size: int) -> Measure:
    level: Level = "over" if size > TOO_LARGE else "caution" if size > LARGE else "ok"
    verdict = {
        "ok": "Gmail shows all of it.",
        "caution": "Close to where Gmail cuts a mail off. Shorten it a little.",
        "over": "Gmail would cut this mail off. Shorten it, or leave pieces to the web edition with only: web.",
    }[level]
    return Measure(
        name="HTML",
        size=size,
        limit=LARGE,
        level=level,
        verdict=verdict,
        marks=(LARGE, TOO_LARGE),
    )


def _styles(size: int) -> Measure:
    over = size > MOST_STYLE
    verdict = "Gmail would drop them all. Move rules to inline.css.j2." if over else "Gmail keeps them."
    level: Level = "over" if over else "ok"
    return Measure(
        name="Styles in the head", size=size, limit=MOST_STYLE, level=level, verdict=verdict, marks=(MOST_STYLE,)
    )


def _style_bytes(page: str) -> int:
    return sum(len((style.text or "").encode()) for style in lxml_html.document_fromstring(page).iter("style"))
