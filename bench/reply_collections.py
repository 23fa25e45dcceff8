"""The public test collections beside the checkout, and how a reader of mail does on them.

They are other projects' data and are never copied into this one: `shared/corpora` is looked for beside the checkout.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

AUTOMATIC = {"out_of_office", "auto_reply", "receipt"}
BODIES = {"body_text": "text/plain", "body_html": "text/html"}
_HEADER = (
    "From: Some Body <some.body@reader.example>\r\nTo: bulletin@npm.example\r\nSubject: {subject}\r\n"
    "Date: Mon, 3 Nov 2025 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n"
)


def folder() -> Path | None:
    """Where the collections are, if they are anywhere."""
    places = (parent / "shared" / "corpora" for parent in Path(__file__).resolve().parents)
    return next((place for place in places if (place / "labels.jsonl").exists()), None)


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One item with what its own project says of it."""

    path: str
    source: str
    kind: str
    raw: bytes  # the mail; a body alone was given a header
    body: str  # the body alone, empty for whole mails
    label: dict[str, Any] = field(repr=False)

    @property
    def recipients(self) -> set[str]:
        """The failed addresses, in lower case."""
        return {address.lower() for address in self.label.get("recipients") or ()}

    @property
    def reply_text(self) -> str | None:
        """The new words, blanks squeezed; None where nobody says."""
        text = self.label.get("expected_reply_text") if self.kind in ("human_reply", "forward") else None
        return None if text is None else " ".join(text.split())

    @property
    def forwarded_from(self) -> str:
        """Who wrote the mail inside."""
        return ((self.label.get("expected_forward") or {}).get("from_") or {}).get("address") or ""


@cache
def items() -> tuple[Labelled, ...]:
    """Every labelled item, in the order of the file."""
    root = folder()
    return tuple(_items(root)) if root else ()


def _items(root: Path) -> Iterator[Labelled]:
    for line in (root / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        raw = (root / label["path"]).read_bytes()
        body = raw.decode("utf-8", "replace") if label["format"] in BODIES else ""
        if body:
            subject = (label.get("subjects") or [None])[0] or "x"
            raw = _HEADER.format(subject=subject.split("\n")[0], kind=BODIES[label["format"]]).encode() + raw
        yield Labelled(path=label["path"], source=label["source"], kind=label["kind"], raw=raw, body=body, label=label)


@dataclass
class Figure:
    """So many of so many."""

    hits: int = 0
    of: int = 0
    missed: list[str] = field(default_factory=list)

    def count(self, *, hit: bool, path: str) -> None:
        """One more."""
        self.of += 1
        self.hits += hit
        if not hit:
            self.missed.append(path)

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.hits / self.of if self.of else 0.0

    def __str__(self) -> str:
        """`91/102 89%`."""
        return f"{self.hits}/{self.of} {100 * self.share:.1f}%"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a reader says of one mail; what it can't tell stays None."""

    kind: str | None = None
    recipients: set[str] | None = None
    reply_text: str | None = None
    forwarded_from: str | None = None


def figures(see: Callable[[Labelled], Seen]) -> dict[str, Figure]:
    """Every measure that the reader can be held to."""
    found: dict[str, Figure] = {}
    for item in items():
        seen = see(item)
        for name, hit in _measures(item, seen):
            found.setdefault(name, Figure()).count(hit=hit, path=item.path)
    return found


def _measures(item: Labelled, seen: Seen) -> Iterator[tuple[str, bool]]:
    if item.kind.startswith("bounce") and item.label["canonical"]:
        yield from _of_a_bounce(item, seen)
    if item.kind in ("human_reply", "forward") and seen.kind is not None:
        yield "human mail called a bounce", seen.kind.startswith("bounce")
        yield "human mail called automatic", seen.kind in AUTOMATIC
    if item.reply_text is not None and seen.reply_text is not None:
        yield "new words exactly", " ".join(seen.reply_text.split()) == item.reply_text
    if item.source == "crisp-forward" and seen.forwarded_from is not None:
        if item.kind == "forward":
            yield "forward found", bool(seen.forwarded_from)
            yield "forward: its sender", seen.forwarded_from == item.forwarded_from
        else:
            yield "no forward, called one", bool(seen.forwarded_from)


def _of_a_bounce(item: Labelled, seen: Seen) -> Iterator[tuple[str, bool]]:
    if item.recipients and seen.recipients is not None:
        yield f"failed address, {item.source}", bool(item.recipients & seen.recipients)
    if seen.kind is not None and item.kind == "bounce_hard":
        yield f"hard found, {item.source}", seen.kind == "bounce_hard"
    if seen.kind is not None and item.kind == "bounce_soft":
        yield f"soft called hard, {item.source}", seen.kind == "bounce_hard"
