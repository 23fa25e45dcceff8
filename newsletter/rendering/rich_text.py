"""Rich text from a word processor, a web page or a mail, reduced to the Markdown that issues are written in.

Words, lists, tables, links, strong and stressed words stay. Scripts, styles, pictures and pixels, comments, merge tags
and links that no issue may carry go.
"""

import re

import nh3
from lxml import html as lxml_html
from lxml.etree import ParserError, _Element
from markdownify import ATX, BACKSLASH, markdownify

from newsletter.content.links import check_url
from newsletter.content.merge_tags import MERGE_TAG

LONGEST = 2_000_000  # characters; Word adds a hundred to each one typed
_TAGS = {
    *("p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "div", "pre"),
    *("table", "thead", "tbody", "tr", "th", "td", "strong", "b", "em", "i", "del", "s", "a"),
}
_SILENT = {"script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math", "textarea"}
_BOLD = re.compile(r"font-weight\s*:\s*(bold|[6-9]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*italic", re.IGNORECASE)
_UNBOLD = re.compile(r"font-weight\s*:\s*(normal|400)", re.IGNORECASE)
_BULLET = re.compile(r"^[\s\u00a0]*(?:[·•▪◦‣§o-]|\d{1,3}[.)]|[a-z][.)])[\s\u00a0]+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[[^>]*(?:>|\Z)", re.DOTALL)  # to the end, or each would look for it anew
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_BLANK_LINES = re.compile(r"(?:[ \t]|\\(?=\n))*\n(?:[ \t]*\\?\n)+")  # line breaks at the edge of a paragraph too
_EDGES = re.compile(r"\A(?:\\?\s)+|(?:\\?\s|\\)+\Z")
_EMPTY_LINK = re.compile(r"(?<!\\)\[\s*\]\([^)\n]*\)")  # a picture was all that stood in it
_ESCAPED_TAG = re.compile(r"&lt;&lt;\s*[A-Za-z][\w ]*&gt;&gt;")
_OPEN_TAG = re.compile(r"(?<!\\)<(?=[A-Za-z/!?])")


def to_markdown(pasted: str) -> str:
    """The words of an HTML fragment as Markdown; never HTML, whatever was pasted."""
    pasted = _UNSEEN.sub("", _COMMENT.sub("", pasted[:LONGEST])).replace("\u00a0", " ")
    if not pasted.strip():
        return ""
    clean = nh3.clean(
        _by_meaning(pasted), tags=_TAGS, clean_content_tags=_SILENT, attributes={"a": {"href"}}, link_rel=None
    )
    written = markdownify(
        _without_merge_tags(clean), heading_style=ATX, bullets="-", newline_style=BACKSLASH, escape_misc=True
    )
    written = _EMPTY_LINK.sub("", _OPEN_TAG.sub(r"\\<", written))
    return _EDGES.sub("", _BLANK_LINES.sub("\n\n", written))


def _by_meaning(pasted: str) -> str:
    """Looks that mean something become elements: bold spans, Word's lists; what may not be linked loses its link."""
    try:
        tree = lxml_html.fragment_fromstring(pasted, create_parent="div")
    except ParserError:
        return ""
    for element in list(tree.iter()):
        if isinstance(element.tag, str):
            _mark(element)
    return str(lxml_html.tostring(tree, encoding="unicode"))


def _mark(element: _Element) -> None:
    style, kind = element.get("style", ""), str(element.tag)
    if kind in ("b", "strong") and _UNBOLD.search(style):  # Google Docs wraps everything in such a one
        element.tag = "span"
    elif kind == "span" and _BOLD.search(style):
        element.tag = "strong"
    elif kind == "span" and _ITALIC.search(style):
        element.tag = "em"
    elif kind == "p" and "mso-list" in style:
        _listed(element)
    elif kind == "a" and not _may_link(element.get("href", "")):
        element.tag = "span"


def _listed(element: _Element) -> None:
    """Word writes lists as paragraphs that begin with a dot of their own."""
    for inner in element.iter():
        if inner.text and inner.text.strip():
            inner.text = _BULLET.sub("", f"{inner.text} ").rstrip(" ") if len(inner.text.strip()) > 2 else ""
            break
    element.tag = "li"


def _may_link(address: str) -> bool:
    try:
        return bool(check_url(address)) and not MERGE_TAG.search(address)
    except ValueError:
        return False


def _without_merge_tags(clean: str) -> str:
    """Told apart from elements by their two brackets, which are written as entities here."""
    return MERGE_TAG.sub("", _ESCAPED_TAG.sub("", clean))
