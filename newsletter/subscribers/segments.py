"""Segments: named rules that pick subscribers by body, nation, language and tag, from `subscribers/segments.toml`."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from newsletter.content.fields import LanguageTag, Slug, Words
from newsletter.content.problems import explain
from newsletter.errors import InputError, Problem


class SubscriberFacts(Protocol):
    """What a segment may ask about a subscriber."""

    @property
    def body(self) -> str:
        """Id of the body, empty if none."""

    @property
    def nation(self) -> str:
        """Nation the reader works in, empty if unknown."""

    @property
    def language(self) -> str:
        """Language the reader asked for, as BCP 47."""

    @property
    def tags(self) -> Collection[str]:
        """Free labels."""


class Segment(BaseModel):
    """One rule. Each list that is given must be met, by any of its entries; an empty one asks nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Slug = Field(description="Short stable name, such as `scotland`.")
    name: Words = Field(description="What staff see, such as Readers in Scotland.")
    body: tuple[Slug, ...] = Field((), description="Ids of bodies; a reader in any of them is in.")
    nation: tuple[Slug, ...] = Field((), description="Nations; a reader in any of them is in.")
    language: tuple[LanguageTag, ...] = Field((), description="Languages; a reader of any of them is in.")
    tag: tuple[Slug, ...] = Field((), description="Tags; a reader with any of them is in.")
    without_tag: tuple[Slug, ...] = Field((), description="Tags that keep a reader out.")

    def matches(self, subscriber: SubscriberFacts) -> bool:
        """Whether the subscriber is in this segment."""
        return (
            (not self.body or subscriber.body in self.body)
            and (not self.nation or subscriber.nation in self.nation)
            and (not self.language or subscriber.language in self.language)
            and (not self.tag or not set(self.tag).isdisjoint(subscriber.tags))
            and set(self.without_tag).isdisjoint(subscriber.tags)
        )

    def picks_as(self, other: "Segment") -> bool:
        """Whether another definition picks the same people: what staff call it does not matter."""
        return self == other.model_copy(update={"name": self.name})


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    segment: list[Segment] = Field(default_factory=list)


class Segments(Mapping[str, Segment]):
    """All segments by id, in the order of the file."""

    def __init__(self, segments: Collection[Segment] = ()) -> None:
        """Take the segments in their order."""
        self._by_id = {segment.id: segment for segment in segments}

    def __getitem__(self, key: str) -> Segment:
        """The segment with this id."""
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        """Ids in their order."""
        return iter(self._by_id)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._by_id)

    def named(self, ids: Collection[str]) -> "Segments":
        """Those with these ids. Raises InputError for one that is not here."""
        if strangers := sorted(set(ids) - set(self)):
            there = f"name one of {', '.join(self)}, or add it" if self else "add it"
            raise InputError(f"There is no segment '{strangers[0]}' in subscribers/segments.toml; {there}.")
        return Segments([segment for segment in self.values() if segment.id in ids])


def load_segments(path: Path, *, bodies: Collection[str] | None = None) -> Segments:
    """Read `segments.toml`; an absent file holds none. Raises InputError with every problem, its file and line.

    With `bodies` (ids of the register) a rule about a body that does not exist is a problem too: it would pick nobody.
    """
    if not path.exists():
        return Segments()
    try:
        source = path.read_text(encoding="utf-8")
        segments = _File.model_validate(tomllib.loads(source)).segment
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError([Problem(message=f"this is not valid TOML: {error}", file=str(path))]) from None
    except ValidationError as error:
        raise InputError(_explained(error, str(path), source)) from None
    problems = [*_twins(segments), *_strangers(segments, bodies)]
    if problems:
        raise InputError([Problem(message=text, file=str(path), line=_line(source, place)) for place, text in problems])
    return Segments(segments)


def _twins(segments: list[Segment]) -> Iterator[tuple[int, str]]:
    ids = [segment.id for segment in segments]
    for place, name in enumerate(ids):
        if name in ids[:place]:
            yield place, f"the segment '{name}' is written twice; rename or remove one"


def _strangers(segments: list[Segment], bodies: Collection[str] | None) -> Iterator[tuple[int, str]]:
    for place, segment in enumerate(segments):
        for body in segment.body:
            if bodies is not None and body not in bodies:
                yield place, f"the segment '{segment.id}' names the body '{body}', which bodies.toml does not know"


def _explained(error: ValidationError, file: str, source: str) -> list[Problem]:
    """The shared sentences, with the line on which the segment begins: TOML's parser keeps no lines."""
    places = [detail["loc"][1] if len(detail["loc"]) > 1 else None for detail in error.errors()]
    return [
        Problem(
            message=found.message,
            file=file,
            line=_line(source, place) if isinstance(place, int) else None,
            field=found.field,
        )
        for found, place in zip(explain(error, file=file, model=_File), places, strict=True)
    ]


def _line(source: str, place: int) -> int | None:
    """Line of the n-th `[[segment]]`, counted from 0."""
    heads = [match.start() for match in re.finditer(r"(?m)^[ \t]*\[\[[ \t]*segment[ \t]*\]\]", source)]
    return source.count("\n", 0, heads[place]) + 1 if place < len(heads) else None
