"""What MJML allows, and what our compiler does otherwise: the tables that the lint reads.

Elements, attributes and nesting come from `mjml_rules.json`, exported from the reference implementation. The tables
below it are our own: what mrml 6.0.1 (in mjml-python 1.4.2) refuses, drops or draws differently without a word.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from pydantic import BaseModel

ANY = "*"  # stands for every element of MJML in a list of children

# Allowed on every element of MJML.
UNIVERSAL_ATTRIBUTES = frozenset({"mj-class", "css-class"})

# Elements that the reference implementation knows, though no component draws them; they carry anybody's attributes.
_UNDRAWN: Mapping[str, Mapping[str, str]] = {"mj-all": {}, "mj-class": {"name": "string"}}
_UNIT_KINDS = {"unit": "", "unitWithNegative": "-?"}  # kind of number -> sign it may carry

REFUSED_ELEMENTS: Mapping[str, str] = {
    "mj-include": "Compose in Jinja2 with {% include %}; mj-include loses padding and the cause of an error.",
    "mj-html-attributes": "The compiler refuses it; write the element as HTML in mj-raw or mj-text.",
    "mj-selector": "The compiler refuses it; write the element as HTML in mj-raw or mj-text.",
    "mj-html-attribute": "The compiler refuses it; write the element as HTML in mj-raw or mj-text.",
    "mj-font": "It loads a font from another server when the mail is opened; name fonts that readers have.",
    "script": "No mail program runs it, and many filters refuse the whole mail; remove it.",
    "link": "It fetches a file from another server when the mail is opened; put the styles in mj-style.",
}
REFUSED_ATTRIBUTES: Mapping[tuple[str, str], str] = {
    ("mj-button", "title"): "The compiler drops it; say it in the button's text.",
    ("mj-image", "sizes"): "The compiler drops it; give one src at twice the shown width.",
    ("mj-raw", "position"): "The compiler refuses it; place mj-raw where its content belongs.",
    ("mj-style", "inline"): "The compiler ignores it; put these rules in the inline sheet.",
    ("mj-table", "role"): "The compiler drops it; for layout use sections and columns, or a table in mj-raw.",
    ("mj-wrapper", "gap"): "The compiler ignores it; give the sections padding.",
}
REFUSED_VALUES: Mapping[tuple[str, str, str], str] = {
    ("mj-hero", "mode", "fluid-height"): 'The compiler gives it a negative height; use mode="fixed-height".',
    ("mj-social-element", "icon-position", "right"): "The compiler does not do it; leave the icon on the left.",
}
# The only value that an attribute may have.
FIXED_VALUES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("mj-social-element", "name"): (
        "custom",
        'For networks it knows, the compiler turns href into a link that shares the page; write name="custom".',
    ),
}
REQUIRED_ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "mj-image": {
        "src": "An image needs an address.",
        "alt": 'Say what the picture shows, or alt="" if it only decorates; the compiler leaves the attribute out.',
    },
    "mj-social-element": {
        "src": "Built-in icons come from another company's server; give the address of your own.",
        "alt": "Name the network; the compiler leaves the attribute out.",
    },
    "mj-carousel-image": {"src": "An image needs an address.", "alt": "Say what the picture shows."},
    "mj-carousel": dict.fromkeys(("left-icon", "right-icon"), "The default is loaded from another company's server."),
    "mj-accordion": dict.fromkeys(
        ("icon-wrapped-url", "icon-unwrapped-url"), "The default is loaded from another company's server."
    ),
}


class Component(BaseModel, frozen=True):
    """What one element of MJML may carry."""

    holds_text: bool = False  # its content is text or HTML, not MJML
    children: frozenset[str] = frozenset()  # elements that may stand in it; ANY for all
    attributes: Mapping[str, str] = {}  # name -> type, such as `unit(px,%){1,4}`


class _Export(BaseModel, frozen=True):
    """The part of `mjml_rules.json` that is read."""

    colours: tuple[str, ...]  # the names of CSS
    components: Mapping[str, Component]


@cache
def components() -> Mapping[str, Component]:
    """Every element by its name."""
    undrawn = {name: Component(attributes=types) for name, types in _UNDRAWN.items()}
    return {**_export().components, **undrawn, "mjml": _ROOT}


@cache
def attribute_types(element: str, attribute: str) -> tuple[str, ...]:
    """The types an attribute's value may have; in mj-all and mj-class those of any component; none if unknown."""
    own = components()[element].attributes.get(attribute)
    if own is not None or element not in _UNDRAWN:
        return () if own is None else (own,)
    tables = (component.attributes for component in components().values())
    return tuple(sorted({table[attribute] for table in tables if attribute in table}))


@cache
def attribute_names(element: str) -> frozenset[str]:
    """Every attribute the element may carry."""
    sources = components().values() if element in _UNDRAWN else (components()[element],)
    return UNIVERSAL_ATTRIBUTES.union(*(component.attributes for component in sources))


@lru_cache(maxsize=4096)
def value_fault(types: tuple[str, ...], value: str) -> str:
    """What a value ought to be, if it fits none of the types; else nothing."""
    faults = [_fault(text, value) for text in types]
    return faults[0] if faults and all(faults) else ""


def _fault(type_text: str, value: str) -> str:
    kind, options, most = _parsed(type_text)
    if kind == "enum":
        return "" if value in options else f"one of: {', '.join(filter(None, options))}"
    if kind in _UNIT_KINDS:
        return _unit_fault(value, options, most, sign=_UNIT_KINDS[kind])
    pattern, meaning = _patterns()[kind]
    return "" if pattern.fullmatch(value) else meaning


def _unit_fault(value: str, units: tuple[str, ...], most: int, *, sign: str) -> str:
    suffix = "|".join(re.escape(unit) for unit in units if unit != "auto")
    one = re.compile(rf"{sign}(?:\d+\.?\d*|\.\d+)(?:{suffix})|0{'|auto' if 'auto' in units else ''}")
    numbers = value.split()
    if 1 <= len(numbers) <= most and all(one.fullmatch(number) for number in numbers):
        return ""
    count = f"1 to {most} numbers" if most > 1 else "a number"
    return f"{count} in {' or '.join(unit or 'no unit' for unit in units)}"


@cache
def _parsed(type_text: str) -> tuple[str, tuple[str, ...], int]:
    """Kind, options and greatest count of values of a type such as `unit(px,%){1,4}`."""
    found = re.fullmatch(r"(\w+)(?:\((.*)\))?(?:\{1,(\d)\})?", type_text)
    if found is None or found[1] not in {"enum", *_UNIT_KINDS, *_patterns()}:
        raise ValueError(f"mjml_rules.json: the lint does not know the type {type_text}")
    return found[1], tuple((found[2] or "").split(",")), int(found[3] or 1)


@cache
def _patterns() -> Mapping[str, tuple[re.Pattern[str], str]]:
    rgb = r"rgba?\(\d{1,3},\s?\d{1,3},\s?\d{1,3}(?:,\s?[\d.]+)?\)"
    colour = rf"#(?:[0-9a-fA-F]{{3}}){{1,2}}|{rgb}|{'|'.join(_export().colours)}"
    return {
        "string": (re.compile(r".*", re.DOTALL), ""),
        "boolean": (re.compile(r"true|false"), "true or false"),
        "integer": (re.compile(r"\d+"), "a whole number"),
        "color": (re.compile(colour), "a colour: # and six digits, rgb(), or a name of CSS"),
    }


@cache
def _export() -> _Export:
    return _Export.model_validate_json(files("newsletter.rendering").joinpath("mjml_rules.json").read_bytes())


# The root's attributes are read by the compilers and missing in the export.
_ROOT = Component(
    children=frozenset({"mj-head", "mj-body"}),  # mj-raw, which the export allows here, is refused by our compiler
    attributes={"lang": "string", "dir": "enum(ltr,rtl,auto)"},
)
