"""Markdown to HTML, for mail and web alike: safe by construction, headings at one level, days in words."""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from newsletter.content import markdown

# Belt beside the braces: the parser makes nothing else, and nothing else gets past here.
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "time", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "time": {"datetime"}, "th": {"scope"}, "table": {"class"}}

Resolver = Callable[[str], tuple[str, str]]
"""Turns `date:2025-11-27` or `event:ID` into its words and the machine-readable date."""


@cache
def _renderer() -> RendererHTML:
    return RendererHTML()


_OPTIONS = OptionsDict(
    {
        "maxNesting": 20, "html": False, "linkify": False, "typographer": False, "quotes": "", "xhtmlOut": True,
        "breaks": False, "langPrefix": "", "highlight": None, "store_labels": False,
    }
)  # fmt: skip


@lru_cache(maxsize=2048)
def parsed(text: str) -> list[Token]:
    """The token tree of a Markdown text. Mail, plain text and web edition of every variant share it: never change it.

    Parsing takes longer than all the rest of filling the templates.
    """
    return markdown.parse(text)


def to_html(text: str, resolve: Resolver, *, heading: int = 3) -> Markup:
    """The HTML of a Markdown text; its headings all become `h<heading>`, so that the page's order holds."""
    tokens = [_prepared(token, resolve, heading) for token in parsed(text)]
    html = str(_renderer().render(tokens, _OPTIONS, {}))
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(markdown.LINK_SCHEMES), link_rel=None)
    return Markup(clean.strip())  # noqa: S704  (nh3 has just cleaned it)


def _prepared(token: Token, resolve: Resolver, heading: int) -> Token:
    if token.type in ("heading_open", "heading_close"):
        return token.copy(tag=f"h{heading}")
    if token.type == "table_open":
        return token.copy(attrs={"class": "data"})  # mails are full of layout tables; only this one has rules
    if token.type == "th_open":
        return token.copy(attrs={"scope": "col"})
    if token.type == "td_open":
        return token.copy(attrs={})
    if token.children:
        return token.copy(children=list(_own_links(token.children, resolve)))
    return token


def _own_links(children: list[Token], resolve: Resolver) -> Iterable[Token]:
    """Replace `<date:…>` and `<event:…>` by a `time` element holding the words."""
    inside = ""
    for child in children:
        target = str(child.attrGet("href") or "") if child.type == "link_open" else ""
        if target.startswith(markdown.OWN_SCHEMES):
            inside = target
            yield Token("link_open", "time", 1, attrs={"datetime": resolve(target)[1]})
        elif inside and child.type == "link_close":
            inside = ""
            yield Token("link_close", "time", -1)
        elif inside:
            yield child.copy(content=resolve(inside)[0]) if child.content == inside else child
        else:
            yield child
