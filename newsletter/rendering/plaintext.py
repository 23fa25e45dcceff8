"""Markdown to plain text by way of its tokens, and the wrapping of everything in the text part.

Links become `words <address>` and are never broken, so that every mail program can open them.
"""

import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache

from markdown_it.tree import SyntaxTreeNode

from newsletter.content import markdown
from newsletter.rendering.markup import Resolver, parsed

WIDTH = 72


def wrap(text: str, indent: str = "", first: str | None = None) -> str:
    """Fill each line of a text to 72 columns. Only plain spaces are broken at: NBSP and long addresses stay whole."""
    return "\n".join(
        _filled(line, indent if first is None or number else first, indent)
        for number, line in enumerate(text.split("\n"))
    )


def _filled(line: str, first: str, indent: str) -> str:
    if len(first) + len(line) <= WIDTH and line == line.strip():
        return first + line if line else ""  # what textwrap gives, without its price: most lines are short
    return textwrap.fill(
        line,
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
        replace_whitespace=False,
    )


def underlined(text: str, mark: str = "-") -> str:
    """A heading with a line under it, as long as its longest line."""
    wrapped = wrap(text)
    return f"{wrapped}\n{mark * min(WIDTH, max(map(len, wrapped.splitlines()), default=0))}"


def to_text(text: str, resolve: Resolver, indent: str = "") -> str:
    """The plain text of a Markdown text."""
    return "\n\n".join(_block(node, resolve, indent) for node in _tree(text).children)


@lru_cache(maxsize=2048)
def _tree(text: str) -> SyntaxTreeNode:
    return SyntaxTreeNode(parsed(text))


def _block(node: SyntaxTreeNode, resolve: Resolver, indent: str) -> str:
    if node.type in ("bullet_list", "ordered_list"):
        return "\n".join(_items(node, resolve, indent))
    if node.type == "blockquote":
        return "\n\n".join(_block(child, resolve, f"{indent}> ") for child in node.children)
    if node.type in ("fence", "code_block"):
        return textwrap.indent(node.content.rstrip("\n"), f"{indent}    ")
    if node.type == "hr":
        return f"{indent}* * *"
    if node.type == "table":
        return "\n".join(_rows(node, resolve, indent))
    if node.type == "heading":
        return textwrap.indent(underlined(_inline(node, resolve)), indent)
    return wrap(_inline(node, resolve), indent)


def _items(node: SyntaxTreeNode, resolve: Resolver, indent: str) -> Iterator[str]:
    start = int(node.attrs.get("start", 1))
    for number, item in enumerate(node.children, start):
        mark = "* " if node.type == "bullet_list" else f"{number}. "
        inner = indent + " " * len(mark)
        blocks = "\n".join(_block(child, resolve, inner) for child in item.children)
        yield f"{indent}{mark}{blocks[len(inner) :]}"


def _rows(node: SyntaxTreeNode, resolve: Resolver, indent: str) -> Iterator[str]:
    for part in node.children:
        for row in part.children:
            yield wrap(" | ".join(_inline(cell, resolve) for cell in row.children), f"{indent}  ", indent)


def _inline(node: SyntaxTreeNode, resolve: Resolver) -> str:
    return "".join(_span(child, resolve) for child in node.children)


def _span(node: SyntaxTreeNode, resolve: Resolver) -> str:
    if node.type == "link":
        return _link(node, resolve)
    if node.type == "softbreak":
        return " "
    if node.type == "hardbreak":
        return "\n"
    if node.children:
        return _inline(node, resolve)
    return node.content


def _link(node: SyntaxTreeNode, resolve: Resolver) -> str:
    target, words = str(node.attrs["href"]), _inline(node, resolve)
    if target.startswith(markdown.OWN_SCHEMES):
        return words.replace(target, resolve(target)[0])
    if target.startswith("#"):
        return words  # a place in this very mail
    return words if words in (target, target.removeprefix("mailto:")) else f"{words} <{target}>"


def squeeze(text: str) -> str:
    """Leave at most one empty line between paragraphs, none at the ends, and no blanks at line ends."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip("\n") + "\n"
