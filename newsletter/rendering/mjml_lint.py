"""Finds in MJML what the compiler accepts without a word and draws wrongly, and what it refuses without a place.

Each rule is a small function over one element; what is allowed stands in the tables of `mjml_rules`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from itertools import combinations

from newsletter.rendering.mjml_rules import (
    ANY,
    FIXED_VALUES,
    REFUSED_ATTRIBUTES,
    REFUSED_ELEMENTS,
    REFUSED_VALUES,
    REQUIRED_ATTRIBUTES,
    attribute_names,
    attribute_types,
    components,
    value_fault,
)
from newsletter.rendering.mjml_tree import CONDITION, Attribute, Element, LintFinding, Place, parse

__all__ = ["LintFinding", "lint"]

_TEXT_ONLY = frozenset({"mj-title", "mj-preview", "mj-breakpoint", "mj-style"})
_NO_COMMENTS = frozenset({"mj-attributes", "mj-title", "mj-style"})
_ONCE = frozenset({"mjml", "mj-head", "mj-body", "mj-title", "mj-preview"})
_LINKS = frozenset({"href", "src", "background-url"})
_HTML_COLOURS = frozenset({"bgcolor", "color"})
_BOX = re.compile(r"padding|margin|radius")
_SHORT_COLOUR = re.compile(r"#([0-9a-fA-F]{3})(?![0-9a-fA-F])")

_Classes = Mapping[str, frozenset[str]]  # name of an mj-class -> properties it sets
_Rule = Callable[[Element, _Classes], Iterator[LintFinding]]


def lint(source: str) -> tuple[LintFinding, ...]:
    """Everything wrong with a whole MJML document, from its first line to its last; empty when it may be compiled.

    HTML inside mj-text, mj-button, mj-table and mj-raw is checked for balance and quoting, not for its words.
    """
    document = parse(source)
    classes = {each.value("name") or "": _properties(each) for each in document.elements if each.name == "mj-class"}
    found = [*document.findings, *_whole(document.top)]
    found += _stray_text(document.top, classes)
    found += [finding for element in document.elements for rule in _RULES for finding in rule(element, classes)]
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.column, finding.rule)))


def _properties(definition: Element) -> frozenset[str]:
    return frozenset(attribute.name for attribute in definition.attributes) - {"name"}


def _whole(top: Element) -> Iterator[LintFinding]:
    root = next((each for each in top.children if each.name == "mjml"), None)
    if root is None:
        yield top.place.finding("document", "There is no <mjml> element; the whole document must stand in one.")
    elif not any(each.name == "mj-body" for each in root.children):
        yield root.place.finding("document", "<mjml> has no <mj-body>; without one the mail is empty.")


def _element_name(element: Element, _: _Classes) -> Iterator[LintFinding]:
    name = element.name.lower()
    if name in REFUSED_ELEMENTS:
        yield element.place.finding("refused-element", f"<{element.name}> cannot be used. {REFUSED_ELEMENTS[name]}")
    elif element.is_mjml and name not in components():
        message = f"MJML has no element <{element.name}>; {_suggestion(name, frozenset(components()))}."
        yield element.place.finding("unknown-element", message)
    elif element.is_mjml and name != element.name:
        message = f"The compiler knows no capitals in <{element.name}>; write <{name}>."
        yield element.place.finding("element-case", message)


def _nesting(element: Element, _: _Classes) -> Iterator[LintFinding]:
    if element.is_mjml:
        yield from _mjml_nesting(element)
    elif not _takes_html(element.parent):
        message = (
            f"HTML such as <{element.name}> cannot stand in {_shown(element.parent)}; put it in mj-text or mj-raw."
        )
        yield element.place.finding("nesting", message)


def _mjml_nesting(element: Element) -> Iterator[LintFinding]:
    name = element.name.lower()
    if name not in components() or name in REFUSED_ELEMENTS or name in _children(element.parent):
        return
    parents = sorted(each for each, component in components().items() if name in component.children)
    remedy = f"it belongs in {', '.join(parents) or 'mj-attributes'}" if name != "mjml" else "it is the root"
    yield element.place.finding("nesting", f"<{name}> cannot stand in {_shown(element.parent)}; {remedy}.")


def _children(parent: Element | None) -> frozenset[str]:
    """Elements of MJML that may stand in this one; all, where the parent itself is the mistake."""
    if parent is None or not parent.name:
        return frozenset({"mjml"})
    component = components().get(parent.name.lower())
    if component is None:
        return frozenset(components() if parent.is_mjml else ())
    return frozenset(components()) - {"mjml"} if ANY in component.children else component.children


def _takes_html(parent: Element | None) -> bool:
    if parent is None or not parent.is_mjml:
        return bool(parent and parent.name)
    component = components().get(parent.name.lower())
    return component is None or (component.holds_text and parent.name.lower() not in _TEXT_ONLY)


def _shown(parent: Element | None) -> str:
    return f"<{parent.name}>" if parent and parent.name else "the document outside <mjml>"


def _once(element: Element, _: _Classes) -> Iterator[LintFinding]:
    if element.name not in _ONCE or element.parent is None:
        return
    if next(each for each in element.parent.children if each.name == element.name) is not element:
        message = f"There is a second <{element.name}>; the compiler keeps only one, so join them."
        yield element.place.finding("repeated-element", message)


def _stray_text(element: Element, _: _Classes) -> Iterator[LintFinding]:
    component = components().get(element.name)
    if (element.name and component is None) or (component and component.holds_text):
        return
    for text in element.texts[:1]:
        message = f"Text cannot stand in {_shown(element)}; put it in mj-text."
        yield text.place_of(len(text.content) - len(text.content.lstrip())).finding("stray-text", message)


def _bare_less_than(element: Element, _: _Classes) -> Iterator[LintFinding]:
    remedy = "leave it out, also in comments and media queries" if element.name.endswith("style") else "write &lt;"
    for text in element.texts:
        if "<" in text.content:
            place = text.place_of(text.content.index("<"))
            yield place.finding("bare-less-than", f"The compiler takes < for the start of a tag; {remedy}.")


def _comments(element: Element, _: _Classes) -> Iterator[LintFinding]:
    component = components().get(element.name)
    leaf = component is not None and not component.children and not component.holds_text
    for comment in element.comments:
        if comment.content.startswith(CONDITION) and not _takes_html(element):
            message = f"The compiler refuses a conditional comment in {_shown(element)}; put it, whole, in mj-raw."
            yield comment.place.finding("comment", message)
        elif leaf or element.name in _NO_COMMENTS:
            message = f"The compiler refuses a comment in <{element.name}>; put it before the element."
            yield comment.place.finding("comment", message)


def _remote_style(element: Element, _: _Classes) -> Iterator[LintFinding]:
    for text in element.texts if element.name.lower() in ("mj-style", "style") else ():
        if "@import" in text.content.lower():
            message = "@import fetches a file from another server when the mail is opened; write the rules here."
            yield text.place_of(text.content.lower().index("@import")).finding("remote-style", message)


def _attribute_form(element: Element, _: _Classes) -> Iterator[LintFinding]:
    names = [attribute.name for attribute in element.attributes]
    for index, attribute in enumerate(element.attributes):
        if not attribute.quoted:
            yield attribute.place.finding("unquoted", f'Quote the value of {attribute.name}: {attribute.name}="…".')
        if attribute.name in names[:index]:
            message = f"{attribute.name} is given twice in <{element.name}>; keep one."
            yield attribute.place.finding("repeated-attribute", message)


def _attribute_table(element: Element, _: _Classes) -> Iterator[LintFinding]:
    if element.name not in components():
        return
    known = attribute_names(element.name)
    for attribute in element.attributes:
        if attribute.name not in known:
            message = f"<{element.name}> has no attribute {attribute.name}; {_suggestion(attribute.name, known)}."
            yield attribute.place.finding("unknown-attribute", message)
        else:
            yield from _attribute_value(element.name, attribute)


def _attribute_value(element: str, attribute: Attribute) -> Iterator[LintFinding]:
    name, value = attribute.name, attribute.value
    if remedy := _refusal(element, name, value or ""):
        written = name if (element, name) in REFUSED_ATTRIBUTES else f'{name}="{value}"'
        yield attribute.place.finding("refused-attribute", f"<{element}> cannot carry {written}. {remedy}")
    elif value is None:
        yield attribute.place.finding("attribute-value", f'{name} of <{element}> needs a value: {name}="…".')
    elif expected := value_fault(attribute_types(element, name), value):
        message = f'{name}="{value}" of <{element}> does not fit; it takes {expected}.'
        yield attribute.place.finding("attribute-value", message)


def _refusal(element: str, name: str, value: str) -> str:
    """Why the compiler makes something else of this attribute; empty if it does not."""
    only, remedy = FIXED_VALUES.get((element, name), (value, ""))
    if value != only:
        return remedy
    return REFUSED_ATTRIBUTES.get((element, name)) or REFUSED_VALUES.get((element, name, value), "")


def _box_lengths(element: Element, _: _Classes) -> Iterator[LintFinding]:
    for attribute in _boxes(element):
        numbers = (attribute.value or "").split()
        if "0" in numbers:
            message = f"Write 0px in {attribute.name}: from a bare 0 the compiler reckons wrong widths for Outlook."
            yield attribute.place.finding("unitless-zero", message)
        if "padding" in attribute.name and any(number.endswith("%") for number in numbers):
            message = f"Write {attribute.name} in px: the compiler leaves percentages out of Outlook's widths."
            yield attribute.place.finding("padding-percent", message)


def _boxes(element: Element) -> Iterator[Attribute]:
    return (each for each in element.attributes if element.is_mjml and _BOX.search(each.name))


def _short_colours(element: Element, _: _Classes) -> Iterator[LintFinding]:
    for attribute in element.attributes:
        short = _SHORT_COLOUR.search(attribute.value or "") if _holds_colour(element, attribute.name) else None
        if short:
            full = "".join(digit * 2 for digit in short[1])
            message = f"Write #{full} for {short[0]} in {attribute.name}: Outlook misreads three digits."
            yield attribute.place.finding("short-colour", message)


def _holds_colour(element: Element, attribute: str) -> bool:
    if element.name not in components():
        return attribute.lower() in _HTML_COLOURS
    return "border" in attribute or "color" in attribute_types(element.name, attribute)


def _class_names(element: Element, classes: _Classes) -> Iterator[LintFinding]:
    for attribute in element.attributes:
        if attribute.name == "mj-class" and element.is_mjml:
            names = (attribute.value or "").split()
            yield from _unknown_classes(attribute.place, names, classes)
            yield from _contested_properties(attribute.place, names, classes)


def _unknown_classes(place: Place, names: list[str], classes: _Classes) -> Iterator[LintFinding]:
    for name in names:
        if name not in classes:
            message = f"No mj-class is called {name}; {_suggestion(name, frozenset(classes))}."
            yield place.finding("unknown-class", message)


def _contested_properties(place: Place, names: list[str], classes: _Classes) -> Iterator[LintFinding]:
    known = [name for name in names if name in classes]
    for one, other in combinations(known, 2):
        for contested in sorted(classes[one] & classes[other]):
            message = f"The classes {one} and {other} both set {contested}, and compilers differ on who wins; drop one."
            yield place.finding("contested-class", message)


def _required(element: Element, _: _Classes) -> Iterator[LintFinding]:
    if element.parent and element.parent.name == "mj-attributes":
        return
    for name, remedy in REQUIRED_ATTRIBUTES.get(element.name, {}).items():
        if element.value(name) is None:
            yield element.place.finding("missing-attribute", f"<{element.name}> needs {name}. {remedy}")


def _links(element: Element, _: _Classes) -> Iterator[LintFinding]:
    for attribute in element.attributes:
        if attribute.name in _LINKS and re.search(r"\s", attribute.value or ""):
            message = (
                f"There is a blank in {attribute.name}, which later stages would rewrite; write %20, or remove it."
            )
            yield attribute.place.finding("blank-in-link", message)


def _suggestion(word: str, known: frozenset[str]) -> str:
    close = get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.75)
    return f"did you mean {close[0]}?" if close else "remove it"


_RULES: tuple[_Rule, ...] = (
    _stray_text,
    _bare_less_than,
    _element_name,
    _nesting,
    _once,
    _comments,
    _remote_style,
    _attribute_form,
    _attribute_table,
    _required,
    _box_lengths,
    _short_colours,
    _class_names,
    _links,
)
