"""Texts too faint where a mail program turns light grounds dark by itself and leaves the rest."""

import colorsys
from collections.abc import Iterator

from newsletter.checks.colours import inked_texts
from newsletter.checks.context import CheckContext
from newsletter.checks.finding import Severity
from newsletter.checks.rule import Fault, Rule, Sight
from newsletter.rendering.contrast import contrast_ratio

_NEEDED = 3.0  # the least that can be made out; programs move colours in ways of their own, so 4.5 would be a guess


def look(context: CheckContext) -> Iterator[Fault]:
    """Turn each light ground and each dark ink, as such programs do, and measure again."""
    for document in context.documents:
        seen: set[tuple[str, str]] = set()
        for text in inked_texts(document, dark=False):
            pair = (_turned_ground(text.ground), _turned_ink(text.ink, text.ground))
            ratio = contrast_ratio(*pair)
            if pair not in seen and ratio < _NEEDED:
                message = f"'{text.words[:60]}' would be {pair[1]} on {pair[0]}, a contrast of {ratio:.1f} to 1"
                yield Fault(message=message)
            seen.add(pair)


def _turned_ground(colour: str) -> str:
    return _turned(colour) if _lightness(colour) > _HALF else colour


def _turned_ink(ink: str, ground: str) -> str:
    """Ink is turned with its ground; light ink on a dark ground stays, and so does dark ink on it."""
    return _turned(ink) if _lightness(ground) > _HALF and _lightness(ink) < _HALF else ink


_HALF = 0.5


def _lightness(colour: str) -> float:
    return colorsys.rgb_to_hls(*_parts(colour))[1]


def _turned(colour: str) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    turned = colorsys.hls_to_rgb(hue, 1 - lightness, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in turned)


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


RULE = Rule(
    id="forced-dark",
    title="Texts that vanish in forced dark",
    severity=Severity.WARNS,
    looks_at=Sight.HTML,
    why="WCAG 2.2 SC 1.4.3; Outlook.com, Outlook on Windows and Gmail on iOS recolour mails where the device is dark.",
    remedy="Keep inks dark on light grounds and light on dark ones; middle tones are turned into one another.",
    look=look,
    needs=("mails",),
)
