"""The words of an HTML mail, line by line as a reader sees them; what is quoted in it bears "> "."""

import re

from lxml import html
from lxml.etree import LxmlError, iterwalk

_BLOCK_NAMES = """
    address article aside blockquote body center dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SILENT = frozenset(("head", "script", "style", "title", "template", "noscript"))
_QUOTED_CLASS = re.compile(r"\b(gmail_quote_container|gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote)\b")
_BLANKS = {ord(mark): " " for mark in "\t\r\n\f"}
_LONGEST_RULE = "_" * 32


def html_to_text(markup: str) -> str:
    """The text of a page or fragment; empty where nothing can be read."""
    try:
        root = html.document_fromstring(markup.replace("\x00", "").encode("utf-8", "replace"), parser=_parser())
    except (LxmlError, ValueError):
        return ""
    return _Writer().text_of(root)


def _parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


class _Writer:
    """Walks the tree once, without recursion: mails nest as deep as their senders like."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0  # of quotation
        self.silent = 0

    def text_of(self, root: html.HtmlElement) -> str:
        for event, element in iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                self._open(tag)
                self._say(element.text)
            else:
                self._close(tag)
                if element is not root:
                    self._say(element.tail)
        self._break()
        return "\n".join(self.lines)

    def _open(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BLOCKS:
            self._break()
            self._gap(tag)
        elif tag == "br":
            self._break(always=True)
        self.depth += tag == "blockquote"
        if tag == "hr":
            self.lines.append(_prefix(self.depth) + _LONGEST_RULE)
        elif tag == "li":
            self.line.append("- ")
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")

    def _close(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent -= 1
        elif tag in _BLOCKS:
            self._break()
            self._gap(tag)
        self.depth -= tag == "blockquote"

    def _gap(self, tag: str) -> None:
        if (
            tag in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table")
            and self.lines
            and self.lines[-1].strip("> ")
        ):
            self.lines.append(_prefix(self.depth).rstrip())

    def _say(self, text: str | None) -> None:
        if text and not self.silent:
            self.line.append(_with_single_blanks(text.replace("\xa0", " ")))

    def _break(self, *, always: bool = False) -> None:
        line = _with_single_blanks("".join(self.line)).strip()
        if line or always:
            self.lines.append(_prefix(self.depth) + line if line else _prefix(self.depth).rstrip())
        self.line = []


def _prefix(depth: int) -> str:
    return "> " * min(depth, 8)


def _with_single_blanks(text: str) -> str:
    """As a browser shows it; a search would stop at every word."""
    blank = text.translate(_BLANKS)
    while "  " in blank:
        blank = blank.replace("  ", " ")
    return blank
