"""Reads MJML into elements with their places, and notes what is wrong with its tags.

The compiler closes tags with whatever end tag comes and reports byte offsets or nothing; this reader knows lines.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from newsletter.rendering.conditional_comments import unbalanced

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)

CONDITION = "?"

_ATTRIBUTE = re.compile(r"""([^\s=/>"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_CONDITION = re.compile(r"<!(?:--\[if[^\]>]*\]>(?:<!-->)?|(?:--<!)?\[endif\]-->)")
_DECLARATION = re.compile(r"<!--.*?-->|(<(?:!(?!--)|\?)[^>]*>?)", re.DOTALL)
# NUL and its like are refused by the compiler, C1 controls make Gmail cut the mail, surrogates have no UTF-8.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NAME_END = re.compile(r"[\s/>]")
_UNCLOSED_COMMENT = re.compile(r"<!--(?:(?!-->).)*\Z", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class LintFinding:
    """One thing wrong with a piece of MJML."""

    rule: str  # stable name, such as `unknown-attribute`
    line: int  # 1 for the first
    column: int  # 1 for the first
    message: str  # what is wrong and how to mend it


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something stands in the source."""

    line: int
    column: int

    def finding(self, rule: str, message: str) -> LintFinding:
        """A finding at this place."""
        return LintFinding(rule=rule, line=self.line, column=self.column, message=message)


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute as written."""

    name: str  # with its capitals
    value: str | None  # with references resolved; None when there is no `=`
    quoted: bool
    place: Place


@dataclass(frozen=True, kw_only=True)
class Text:
    """A run of characters between tags, or a comment's content: for either end of a condition, only CONDITION."""

    content: str
    place: Place  # of its first character

    def place_of(self, index: int) -> Place:
        """Where the character with this index stands."""
        before = self.content[:index]
        if "\n" not in before:
            return Place(line=self.place.line, column=self.place.column + index)
        return Place(line=self.place.line + before.count("\n"), column=index - before.rfind("\n"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Element:
    """A tag, what it carries and what stands in it."""

    name: str  # with its capitals
    place: Place
    parent: "Element | None"  # None at the root
    attributes: tuple[Attribute, ...] = ()
    children: list["Element"] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)  # without those that are all white space
    comments: list[Text] = field(default_factory=list)

    @property
    def is_mjml(self) -> bool:
        """Whether it is meant for the compiler, in whatever capitals."""
        return is_mjml(self.name)

    def value(self, attribute: str) -> str | None:
        """The attribute's value; None without it."""
        return next((each.value for each in self.attributes if each.name == attribute), None)


@dataclass(frozen=True, kw_only=True)
class Document:
    """What was read."""

    top: Element  # nameless; the root element, and whatever stands beside it, are its children
    elements: tuple[Element, ...]  # everything below it, in order
    findings: tuple[LintFinding, ...]  # what is wrong with the tags themselves


def is_mjml(name: str) -> bool:
    """Whether a tag is meant for the compiler, in whatever capitals."""
    return name.lower() == "mjml" or name.lower().startswith("mj-")


def parse(source: str) -> Document:
    """Read a whole document; nothing is refused, everything is noted.

    What stands between the two ends of a conditional comment is read like the rest, as the compiler does.
    """
    lines = _Lines(source)
    markup = _CONDITION.sub(_as_comment, source)
    findings = [
        *_odd_characters(source, lines),
        *_stray_conditions(source, lines),
        *_declarations(markup, lines),
        *_unclosed_comments(markup, lines),
    ]
    reader = _Reader(lines)
    reader.feed(_DECLARATION.sub(_blanked, markup))
    reader.finish()
    return Document(top=reader.top, elements=tuple(reader.elements), findings=(*findings, *reader.findings))


class _Lines:
    """Turns offsets into places."""

    def __init__(self, source: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", source))]

    def offset(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column

    def place(self, offset: int) -> Place:
        line = bisect_right(self.starts, offset)
        return Place(line=line, column=offset - self.starts[line - 1] + 1)


def _odd_characters(source: str, lines: _Lines) -> Iterator[LintFinding]:
    for found in _CONTROL.finditer(source):
        message = f"The invisible control character U+{ord(found[0]):04X} breaks mail; remove it."
        yield lines.place(found.start()).finding("control-character", message)


def _stray_conditions(source: str, lines: _Lines) -> Iterator[LintFinding]:
    comments = list(_COMMENT.finditer(source))
    for index in unbalanced([comment[1] for comment in comments]):
        message = "This conditional comment opens or closes alone; give each <!--[if …]> its <![endif]-->."
        yield lines.place(comments[index].start()).finding("conditional-comment", message)


def _declarations(markup: str, lines: _Lines) -> Iterator[LintFinding]:
    for found in _DECLARATION.finditer(markup):
        if found[1]:
            message = (
                "The compiler takes no <!doctype>, <?…?>, CDATA or old-style <![if …]>; "
                "remove it, or write <!--[if !mso]><!--> … <!--<![endif]-->."
            )
            yield lines.place(found.start()).finding("declaration", message)


def _unclosed_comments(markup: str, lines: _Lines) -> Iterator[LintFinding]:
    for found in _UNCLOSED_COMMENT.finditer(markup):
        yield lines.place(found.start()).finding("unclosed", "This comment never ends; close it with -->.")


def _as_comment(condition: re.Match[str]) -> str:
    """A comment as long as this end of a condition, so that what follows keeps its place."""
    return f"<!--{CONDITION * (len(condition[0]) - 7)}-->"


def _blanked(found: re.Match[str]) -> str:
    """Spaces in place of a declaration, which Python's versions do not read alike."""
    return re.sub(r"[^\n]", " ", found[0]) if found[1] else found[0]


class _Reader(HTMLParser):
    """Builds the tree; a tag that does not match is noted and read as well as can be."""

    def __init__(self, lines: _Lines) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = lines
        self.top = Element(name="", place=Place(line=1, column=1), parent=None)
        self._open = [self.top]
        self.elements: list[Element] = []
        self.findings: list[LintFinding] = []

    @property
    def _here(self) -> Place:
        line, column = self.getpos()
        return Place(line=line, column=column + 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 capitals are lost in attrs
        element = self._add_element()
        if tag not in VOID:
            self._open.append(element)
        if element.name == "mj-style":
            self.set_cdata_mode("mj-style")  # its CSS is no markup

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 as above
        self._add_element()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self._note("mismatched-tag", f"<{tag}> has no end tag; write <{tag} /> alone.")
        elif tag == self._open[-1].name.lower():
            self._open.pop()
        else:
            self._mismatch(tag)

    def handle_data(self, data: str) -> None:
        if not data.isspace():
            self._open[-1].texts.append(Text(content=data, place=self._here))

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_comment(self, data: str) -> None:
        self._open[-1].comments.append(Text(content=data, place=self._here))

    def finish(self) -> None:
        """Note what was left open at the end."""
        self.close()
        self._close_down_to(self.top)

    def _add_element(self) -> Element:
        raw = self.get_starttag_text() or ""
        name = _NAME_END.split(raw[1:], maxsplit=1)[0]
        offset = self._lines.offset(*self.getpos())
        attributes = tuple(self._attributes(raw, offset, len(name) + 1))
        element = Element(name=name, place=self._here, parent=self._open[-1], attributes=attributes)
        self._open[-1].children.append(element)
        self.elements.append(element)
        return element

    def _attributes(self, raw: str, offset: int, start: int) -> Iterator[Attribute]:
        for found in _ATTRIBUTE.finditer(raw, start):
            written = found[2]
            quoted = written is None or written[0] in "\"'"
            value = written if written is None else unescape(written[1:-1] if quoted else written)
            place = self._lines.place(offset + found.start())
            yield Attribute(name=found[1], value=value, quoted=quoted, place=place)

    def _mismatch(self, tag: str) -> None:
        partner = next((each for each in reversed(self._open) if each.name.lower() == tag), None)
        if partner is None:
            self._note("mismatched-tag", f"</{tag}> closes nothing; remove it, or write the start tag <{tag}>.")
            return
        self._close_down_to(partner)
        self._open.pop()

    def _close_down_to(self, element: Element) -> None:
        while self._open[-1] is not element:
            unclosed = self._open.pop()
            message = f"<{unclosed.name}> is never closed where it should be; write </{unclosed.name}>."
            self.findings.append(unclosed.place.finding("unclosed", message))

    def _note(self, rule: str, message: str) -> None:
        self.findings.append(self._here.finding(rule, message))
