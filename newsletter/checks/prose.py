"""The words and links of an issue as readers meet them, each with its place and language.

Which fields hold words is read from their types, so a new section type is covered on the day it is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, get_type_hints

from markdown_it.token import Token
from pydantic import BaseModel

from newsletter.checks.spot import Spot
from newsletter.content import dates, markdown
from newsletter.content.fields import Markdown, OneLine, Words
from newsletter.content.issue import Headline, Issue
from newsletter.content.sections import Image, Link, Part, Quotation
from newsletter.content.sections.quote import Quote
from newsletter.content.translation import translated


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A run of words: one plain field, or one paragraph, heading or cell of a Markdown text."""

    text: str  # as read, without Markdown's marks
    spot: Spot
    language: str  # BCP 47
    heading: int = 0  # level of a Markdown heading, 0 for anything else
    quoted: bool = False  # somebody else's words, which are not ours to mend


@dataclass(frozen=True, kw_only=True)
class LinkUse:
    """A link and the words it is read by."""

    words: str
    url: str
    spot: Spot
    language: str
    labelled: bool = True  # False where a template words the link (an event, a picture)


@dataclass(frozen=True, kw_only=True)
class PictureUse:
    """A picture and where it stands."""

    image: Image
    spot: Spot
    language: str


Found = Passage | LinkUse | PictureUse


def walk_issue(issue: Issue) -> Iterator[Found]:
    """All words, links and pictures of an issue, in the order they stand in."""
    whole = Walker(issue)
    yield from _headline(issue, Spot(), issue.lang)
    for language, told in issue.translations.items():
        yield from _headline(told, Spot(location=("translations", language)), language)
    for number, event in enumerate(issue.events):
        yield from whole.part(event, Spot(location=("events", number), section=event.id), issue.lang)
    for number, section in issue.shown:
        yield from whole.part(section, Spot(location=("sections", number), section=section.id), issue.lang)


def _headline(told: Issue | Headline, spot: Spot, language: str) -> Iterator[Passage]:
    for name in ("title", "subject", "preheader"):
        if text := getattr(told, name):
            yield Passage(text=text, spot=replace(spot, location=(*spot.location, name)), language=language)


@cache
def _kinds(model: type[BaseModel]) -> dict[str, str]:
    """For each field that holds words: whether they are Markdown or plain."""
    hints = get_type_hints(model, include_extras=True)
    plain = {name: "plain" for name, hint in hints.items() if hint in (Words, OneLine)}
    return plain | {name: "markdown" for name, hint in hints.items() if hint == Markdown}


class Walker:
    """Walks the models of one issue, whose events `<event:ID>` names."""

    def __init__(self, issue: Issue) -> None:
        """Take the issue that the parts belong to."""
        self._events = {event.id: event for event in issue.events}

    def part(self, part: Part, spot: Spot, language: str) -> Iterator[Found]:
        """A section, item or event, and what its translations say otherwise."""
        yield from self._model(part, spot, part.lang or language, set(type(part).model_fields))
        for other, changed in part.translations.items():
            below = replace(spot, location=(*spot.location, "translations", other))
            yield from self._model(translated(part, other), below, other, set(changed))

    def _model(self, model: BaseModel, spot: Spot, language: str, fields: set[str]) -> Iterator[Found]:
        if "url" in fields:
            yield from _own_link(model, spot, language)
        if isinstance(model, Image):
            yield PictureUse(image=model, spot=spot, language=language)
        for name in type(model).model_fields:
            if name in fields and name != "translations":
                place = replace(spot, location=(*spot.location, name))
                yield from self._value(getattr(model, name), _kinds(type(model)).get(name, ""), place, language, model)

    def _value(self, value: Any, kind: str, spot: Spot, language: str, owner: BaseModel) -> Iterator[Found]:  # noqa: ANN401
        quoted = isinstance(owner, Quotation | Quote)
        if kind == "markdown":
            yield from self._markdown(value, spot, language, quoted=quoted)
        elif kind == "plain" and value:
            yield Passage(text=value, spot=spot, language=language, quoted=quoted)
        elif isinstance(value, Part):
            yield from self.part(value, spot, language)
        elif isinstance(value, BaseModel):
            yield from self._model(value, spot, language, set(type(value).model_fields))
        elif isinstance(value, list):
            for number, entry in enumerate(value):
                place = replace(spot, location=(*spot.location, number))
                yield from self._value(entry, "", place, language, owner)

    def _markdown(self, text: str, spot: Spot, language: str, *, quoted: bool) -> Iterator[Found]:
        level = 0
        for token in markdown.parse(text):
            if token.type in ("heading_open", "heading_close"):
                level = int(token.tag[1]) if token.nesting == 1 else 0
            if token.type == "inline":
                place = replace(spot, row=token.map[0] if token.map else 0)
                words = self._words(token.children or [], language)
                yield Passage(text=words, spot=place, language=language, heading=level, quoted=quoted)
                yield from self._links(token.children or [], place, language)

    def _links(self, tokens: list[Token], spot: Spot, language: str) -> Iterator[LinkUse]:
        for start, token in enumerate(tokens):
            url = str(token.attrGet("href") or "") if token.type == "link_open" else ""
            if url and not url.startswith(markdown.OWN_SCHEMES):
                end = next(place for place in range(start, len(tokens)) if tokens[place].type == "link_close")
                yield LinkUse(words=self._words(tokens[start:end], language), url=url, spot=spot, language=language)

    def _words(self, tokens: list[Token], language: str) -> str:
        """The text of inline tokens, with days and events told as readers get them."""
        words, own = [], ""
        for token in tokens:
            if token.type == "link_open":
                own = self._own_words(str(token.attrGet("href") or ""), language)
                words.append(own)
            elif token.type == "link_close":
                own = ""
            elif not own:
                words.append(" " if token.type in ("softbreak", "hardbreak") else token.content)
        return "".join(words).strip()

    def _own_words(self, url: str, language: str) -> str:
        scheme, _, rest = url.partition(":")
        if scheme == "event" and rest in self._events:
            return dates.event_when(self._events[rest], language)
        return dates.day(date.fromisoformat(rest), language) if scheme == "date" else ""


def _own_link(model: BaseModel, spot: Spot, language: str) -> Iterator[LinkUse]:
    url = getattr(model, "url", None)
    if url:
        words = getattr(model, "text", "") if isinstance(model, Link) else getattr(model, "name", "")
        place = replace(spot, location=(*spot.location, "url"))
        yield LinkUse(words=words, url=url, spot=place, language=language, labelled=bool(words))
