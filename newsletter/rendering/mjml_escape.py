"""Text that survives the MJML compiler.

mrml prints attribute values the way Rust prints a string for debugging: NBSP becomes `\\u{a0}`, a line break `\\n`, a
backslash doubles, a quote breaks the tag. Character references pass untouched, so nothing else is let near it.
White space alone between two tags it drops or refuses, by whether it starts with a line break.
"""

import html
import re

from markupsafe import Markup, escape

_STYLE_BLOCK = r"<(?:mj-)?style\b[^>]*(?<!/)>.*?</(?:mj-)?style\s*>"
_TITLE = r"<mj-title\b[^>]*(?<!/)>.*?</mj-title\s*>"
_TAG = r"</?[a-zA-Z](?:[^<>\"']++|\"[^\"]*\"|'[^']*')*+>"
_PLAIN_COMMENT = r"<!--(?!\[if|<!\[endif).*?-->"  # in conditional ones mrml prints tags as it does elsewhere
_MARKUP = re.compile(rf"({_PLAIN_COMMENT}|{_STYLE_BLOCK}|{_TITLE}|{_TAG})", re.DOTALL)
_STYLE_START = re.compile(r"<(?:mj-)?style\b")
_HARMLESS = re.compile(r"<(?!mj-title)[^!\\'\t\n\r\f\x80-\U0010ffff]*")  # most tags: nothing in them to make safe
_TITLE_PARTS = re.compile(r"(<[^>]*>)(.*)(</[^>]*>)", re.DOTALL)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_BREAKS = re.compile(r"[ \t\n\r\f]*[\t\n\r\f][ \t\n\r\f]*")
_TAG_NAME = re.compile(r"</?([a-zA-Z][\w:-]*)")
_COMMENT = "<!--"
_INLINE = frozenset(
    {"a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark"}
    | {"q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr"}
)
_WHITE_SPACE = " \t\n\f"
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")


def attr_safe(value: str) -> Markup:
    """The Jinja2 filter for text inside a double-quoted attribute: one line, nothing that could end the attribute.

    Runs of ASCII white space become one blank, because an attribute cannot show them; a no-break space stays.
    """
    text = html.unescape(value) if isinstance(value, Markup) else value
    return Markup(str(escape(_BLANKS.sub(" ", text).strip(" "))).replace("\\", "&#92;"))  # noqa: S704 escaped here


def ascii_safe(source: str) -> str:
    """The same MJML in ASCII outside style blocks, its attributes and title on one line, its line count unchanged.

    Style blocks stay as they are: CSS knows no character references, and mrml copies them verbatim.
    """
    pieces = ["", *_MARKUP.split(source), ""]  # text and markup in turn
    return "".join(
        _safe_markup(piece) if index % 2 == 0 else _safe_text(piece, pieces[index - 1], pieces[index + 1])
        for index, piece in enumerate(pieces)
    )


def _safe_text(text: str, before: str, after: str) -> str:
    """Text with its neighbours; white space alone is made such that mrml neither joins words nor refuses it."""
    if not text or text.strip(_WHITE_SPACE):
        return _encoded(text)
    breaks = "\n" * text.count("\n")
    names = {_name(before), _name(after)}
    if names == {_COMMENT} or any(not name or name.startswith("mj") for name in names):
        return breaks
    return f" {breaks}" if names <= _INLINE | {_COMMENT} else text


def _name(markup: str) -> str:
    found = _TAG_NAME.match(markup)
    return found[1].lower() if found else markup[:4]


def _safe_markup(piece: str) -> str:
    if _STYLE_START.match(piece) or _HARMLESS.fullmatch(piece):
        return piece
    if piece.startswith(_COMMENT):
        return _encoded(piece)
    if piece.startswith("<mj-title"):
        return _encoded(_TITLE_PARTS.sub(_safe_title, piece))
    return _encoded(_QUOTED.sub(_on_one_line, piece))


def _encoded(text: str) -> str:
    return text.replace("\\", "&#92;").encode("ascii", "xmlcharrefreplace").decode("ascii")


def _safe_title(found: re.Match[str]) -> str:
    """A title without quotes or line breaks, for mrml repeats it in an aria-label."""
    start, text, end = found.groups()
    return start + _flat(text) + end + "\n" * text.count("\n")


def _on_one_line(found: re.Match[str]) -> str:
    """A quoted value without line breaks; they follow it, so that later lines keep their numbers."""
    quoted = found[0]
    return f'"{_flat(quoted[1:-1])}"' + "\n" * quoted.count("\n")


def _flat(text: str) -> str:
    return _BREAKS.sub(" ", text).replace('"', "&#34;")
