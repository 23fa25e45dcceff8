"""Which mail programs show what (caniemail.com), and what of it a mail uses."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml.etree import _Element

_TABLE = Path(__file__).parent / "caniemail.json"
_DECLARATION = re.compile(r"(?:^|[;{])\s*([a-z-]+)\s*:\s*([^;{}]*)")
_AT = re.compile(r"@[a-z-]+|(?<=\()\s*-?[a-z-]+(?=\s*[:)])")
_PSEUDO = re.compile(r"(?<=[\w\])*])::?[a-z-]+(?=[^{}]*\{)")
_CALL = re.compile(r"\b([a-z-]+)\(")


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One thing that HTML or CSS can do, and who shows it."""

    slug: str  # its page is caniemail.com/features/SLUG
    title: str
    shown: Mapping[str, str]  # by mail program: y, a (partly), n, u (nobody tested it)

    def missing(self, shares: Mapping[str, float]) -> tuple[float, list[str]]:
        """Percent of the readers whose mail program does not show it, and those programs, the commonest first."""
        total = sum(shares.values()) or 1
        without = sorted((client for client in shares if self.shown.get(client) == "n"), key=lambda c: -shares[c])
        return 100 * sum(shares[client] for client in without) / total, without


@cache
def features() -> Mapping[str, Feature]:
    """Each sign that can be looked for, such as `property display`, and the feature that it is a sign of."""
    table = _table()
    found = {}
    for slug, facts in table["features"].items():
        shown = dict(zip(table["clients"], facts["shown"], strict=True))
        feature = Feature(slug=slug, title=facts["title"], shown=shown)
        found.update(dict.fromkeys(facts["signs"], feature))
    return found


@cache
def clients() -> Mapping[str, str]:
    """Every mail program with its name in words, such as `Outlook (Windows)`."""
    names = _table()["names"]
    parts = ((client, *client.split(".")) for client in _table()["clients"])
    return {client: f"{names['family'][family]} ({names['place'][place]})" for client, family, place in parts}


def table_date() -> str:
    """The day that the data are of."""
    return str(_table()["date"])


def used_in(document: _Element) -> dict[str, Feature]:
    """The features that a mail uses, by slug; what only Outlook reads, in conditional comments, does not count."""
    known = features()
    signs = {sign for element in document.iter() for sign in _of_element(element)}
    signs |= set(_of_css("\n".join(style.text or "" for style in document.iter("style"))))
    return {known[sign].slug: known[sign] for sign in sorted(signs) if sign in known}


def _of_element(element: _Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    yield f"element {element.tag}"
    for name, value in element.attrib.items():
        yield f"attribute {name!s}"
        if name == "style":
            yield from _of_declarations(str(value))


def _of_declarations(css: str) -> Iterator[str]:
    for name, value in _DECLARATION.findall(css):
        yield f"property {name}"
        yield f"value {name}:{value.replace('!important', '').strip()}"
        yield from (f"call {call}" for call in _CALL.findall(value))


def _of_css(css: str) -> Iterator[str]:
    yield from _of_declarations(css)
    yield from (f"at {found.strip()}" for found in _AT.findall(css))
    yield from (f"pseudo {found}" for found in _PSEUDO.findall(css))


@cache
def _table() -> dict[str, Any]:
    return json.loads(_TABLE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
