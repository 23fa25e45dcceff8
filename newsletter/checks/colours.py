"""The colours of every text in a mail, by day and where the reader's device asks for dark.

By day only what is written into the elements counts, which is how the mail is made; by night the rules of the head's
`@media (prefers-color-scheme: dark)` are laid over it. Whatever cannot be told for sure (a picture behind a text, a
colour in another notation) is left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cssselect
from lxml.etree import _Element

Declarations = dict[str, str]
Layers = tuple[Declarations, Declarations]
"""What yields to an element's own style, and what overrides it (!important)."""

_DARK = re.compile(r"@media[^{]*prefers-color-scheme:\s*dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_HIDDEN = re.compile(r"display:none|visibility:hidden|max-height:0(px)?(;|$)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)(px|pt|rem|em|%)")


_NAMED = {
    "black": "#000000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080", "white": "#ffffff", "red": "#ff0000",
    "maroon": "#800000", "yellow": "#ffff00", "olive": "#808000", "lime": "#00ff00", "green": "#008000",
    "aqua": "#00ffff", "teal": "#008080", "blue": "#0000ff", "navy": "#000080", "fuchsia": "#ff00ff",
    "purple": "#800080", "orange": "#ffa500",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Inked:
    """A text and its colours."""

    words: str
    ink: str  # #rrggbb
    ground: str  # #rrggbb
    size: float  # CSS pixels
    large: bool  # at least 24 px, or 18.66 px and bold (WCAG 2.2, large scale)


@dataclass(frozen=True, kw_only=True)
class _State:
    """What an element inherits; None where it cannot be told."""

    ink: str | None = "#000000"
    ground: str | None = "#ffffff"
    size: float = 16
    bold: bool = False

    def under(self, own: Declarations) -> "_State":
        """The state inside an element with these declarations."""
        weight = own.get("font-weight", "bold" if self.bold else "")
        return _State(
            ink=_colour(own.get("color"), self.ink),
            ground=_colour(own.get("background-color"), self.ground),
            size=_pixels(own.get("font-size", ""), self.size),
            bold=weight in ("bold", "700", "800", "900"),
        )


def inked_texts(document: _Element, *, dark: bool) -> Iterator[Inked]:
    """Every text of a mail whose colours can be told."""
    yield from _walk(document, _State(), _dark_rules(document) if dark else {})


def _walk(element: _Element, above: _State, rules: Mapping[_Element, Layers]) -> Iterator[Inked]:
    if not isinstance(element.tag, str) or element.tag in ("head", "style", "script"):
        return
    weak, strong = rules.get(element, ({}, {}))
    own = weak | _inline(element) | strong
    if _HIDDEN.search(";".join(f"{name}:{value}" for name, value in own.items())):
        return
    state = above.under(own)
    words = " ".join("".join([element.text or "", *((child.tail or "") for child in element)]).split())
    # MJML sets the boxes around a text in 0 px, so a size hides only the words that are set in it.
    if words and state.ink and state.ground and state.size > 1:
        large = state.size >= 24 or (state.bold and state.size >= 18.66)
        yield Inked(words=words, ink=state.ink, ground=state.ground, size=state.size, large=large)
    for child in element:
        yield from _walk(child, state, rules)


def _inline(element: _Element) -> Declarations:
    attribute = {"background-color": element.get("bgcolor", "").lower(), "color": element.get("color", "").lower()}
    attribute = {name: value for name, value in attribute.items() if value}
    strong = {"font-weight": "bold"} if element.tag in ("b", "strong", "th", "h1", "h2", "h3", "h4") else {}
    return strong | attribute | _declarations(element.get("style") or "")


def _declarations(style: str) -> Declarations:
    found: Declarations = {}
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip().lower()
        if name == "background":
            # A picture or a gradient behind the text cannot be judged from here.
            name, value = "background-color", "unknown" if "(" in value else value.split(" ")[0]
        if name == "font" and (size := _SIZE.search(value)):
            name, value = "font-size", size[0]
        found[name] = value
    return found


def _pixels(size: str, inherited: float) -> float:
    """A size in CSS pixels; what is no length, such as `small`, changes nothing."""
    found = _SIZE.fullmatch(size)
    if not found:
        return inherited
    return float(found[1]) * {"px": 1, "pt": 4 / 3, "rem": 16, "em": inherited, "%": inherited / 100}[found[2]]


def _colour(value: str | None, inherited: str | None) -> str | None:
    if value in (None, "", "inherit", "transparent", "none"):
        return inherited
    short = re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", value or "")
    if short:
        return "#" + "".join(digit * 2 for digit in short.groups())
    if numbers := re.fullmatch(r"rgb\((\d+),\s*(\d+),\s*(\d+)\)", value or ""):
        return "#" + "".join(f"{min(int(number), 255):02x}" for number in numbers.groups())
    return value if re.fullmatch(r"#[0-9a-f]{6}", value or "") else _NAMED.get(value or "")


def _dark_rules(document: _Element) -> dict[_Element, Layers]:
    """What dark rules say of each element that they meet, the most specific last."""
    css = "\n".join(style.text or "" for style in document.iter("style"))
    dark = (rule for block in _DARK.findall(css) for rule in parsed_rules(block))
    rules: dict[_Element, Layers] = {}
    for selector, body in sorted(dark, key=lambda rule: rule[0].specificity()):
        weak = _declarations(";".join(part for part in body.split(";") if "!important" not in part))
        strong = _declarations(";".join(part for part in body.split(";") if "!important" in part))
        for element in selected(document, selector):
            before = rules.setdefault(element, ({}, {}))
            rules[element] = (before[0] | weak, before[1] | strong)
    return rules


def selected(document: _Element, selector: cssselect.Selector) -> Iterator[_Element]:
    """The elements that a selector means."""
    found = document.xpath(cssselect.HTMLTranslator().selector_to_xpath(selector))
    return (element for element in (found if isinstance(found, list) else ()) if isinstance(element, _Element))


def parsed_rules(css: str) -> Iterator[tuple[cssselect.Selector, str]]:
    """Selectors and declarations of a style sheet without at-rules; what nobody can parse is left out."""
    for selectors, body in _RULE.findall(css):
        try:
            yield from ((selector, body) for selector in cssselect.parse(selectors))
        except cssselect.SelectorError:
            continue
