"""MJML to HTML: lint, make safe, compile, and look at what came out."""

import re
from typing import NamedTuple

from mjml import mjml2html

from newsletter.errors import InputError, Problem
from newsletter.rendering.conditional_comments import unbalanced
from newsletter.rendering.mjml_escape import ascii_safe
from newsletter.rendering.mjml_lint import lint

_MARKER = re.compile(r"<!--\s*section:(\S*)\s+template:(.*?)\s*-->")
_BYTE_POSITION = re.compile(r" in root template(?: at position (\d+):\d+)?")
_STYLE_BLOCK = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)


class Origin(NamedTuple):
    """Whose output a line of the composed MJML is."""

    section: str  # id; empty for the frame around the sections
    template: str  # name as written in the marker; empty when there is none above


def locate(source: str, line: int) -> Origin:
    """Read the nearest `<!-- section:ID template:NAME -->` at or above a line of the composed MJML.

    After the last section the frame writes one with an empty ID, so that its footer is not taken for a section.
    """
    above = "\n".join(source.split("\n")[:line])
    markers = _MARKER.findall(above)
    return Origin(*markers[-1]) if markers else Origin("", "")


def compile_mjml(source: str) -> str:
    """HTML for a whole composed MJML document, with `<!DOCTYPE html>` and no marker left.

    Raises InputError with every finding of the lint, or with the compiler's error; each names section and template.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")  # libxml2 would write each CR as &#13;
    findings = lint(source)
    if findings:
        raise InputError([_problem(source, each.line, each.column, each.message) for each in findings])
    html = _compiled(ascii_safe(source), source)
    verify_compiled(html)
    # lxml knows only the capital form, and without it premailer drops the doctype: quirks mode.
    return re.sub(r"^\s*<!doctype html>", "<!DOCTYPE html>", html, count=1)


def _compiled(safe: str, source: str) -> str:
    try:
        # No fonts: for each one named, and for the default Ubuntu, the compiler would load it from Google.
        return mjml2html(safe, disable_comments=True, fonts={})
    except ValueError as error:
        raise InputError([_refusal(safe, source, str(error))]) from error


def _refusal(safe: str, source: str, reason: str) -> Problem:
    """The compiler's error; its position, if any, counts the bytes of what it was given."""
    message = f"The MJML compiler refuses this: {_BYTE_POSITION.sub('', reason)}. Look for a tag out of place here."
    position = _BYTE_POSITION.search(reason)
    if not position or not position[1]:
        return Problem(message=message)
    before = safe.encode()[: int(position[1])].decode(errors="replace")
    line = before.count("\n") + 1
    return _problem(source, line, len(before) - before.rfind("\n"), message)


def _problem(source: str, line: int, column: int, message: str) -> Problem:
    origin = locate(source, line)
    place = f"line {line}, column {column} of the composed MJML"
    return Problem(message=f"{place}: {message}", file=origin.template, section=origin.section)


def verify_compiled(html: str) -> None:
    """Refuse HTML that shows one of the compiler's silent faults, should lint and escaping have let one through.

    Raises InputError with each fault.
    """
    visible = _STYLE_BLOCK.sub("", html)
    faults = (
        ("\\" in visible, "a character came out of the compiler escaped for Rust; pass the text through attr_safe"),
        ("<mj-" in visible, "an element of MJML was left uncompiled; check where it stands"),
        (bool(unbalanced(_COMMENT.findall(html))), "a conditional comment is not closed; give each its <![endif]-->"),
    )
    problems = [Problem(message=f"The compiled HTML is broken: {text}.") for fault, text in faults if fault]
    if problems:
        raise InputError(problems)
