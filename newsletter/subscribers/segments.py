"""Segments: named rules that pick subscribers, from `subscribers/segments.toml`.

By body, nation, language and tag a segment decides itself. For the rest (free details, when somebody joined, which
issues they got) it names the conditions, and whoever has the database answers them.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from newsletter.content.fields import LanguageTag, OneLine, Slug, Words
from newsletter.content.problems import explain
from newsletter.errors import InputError, Problem

_ONLY_TOLD = {"name", "on_offer", "about"}  # picks nobody


class Condition(NamedTuple):
    """Something only the database knows of a reader."""

    kind: Literal["attribute", "joined_before", "joined_after", "got"]
    name: str  # of the attribute; the day, as 2025-11-01; the issue's id
    values: tuple[str, ...] = ()  # of the attribute: any of them will do


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

    def holds(self, condition: Condition) -> bool:
        """Whether this is so of the subscriber."""


class Segment(BaseModel):
    """One rule. Each list that is given must be met, by any of its entries; an empty one asks nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    id: Slug = Field(description="Short stable name, such as `scotland`.")
    name: Words = Field(description="What staff see, such as Readers in Scotland.")
    body: tuple[Slug, ...] = Field((), description="Ids of bodies; a reader in any of them is in.")
    nation: tuple[Slug, ...] = Field((), description="Nations; a reader in any of them is in.")
    language: tuple[LanguageTag, ...] = Field((), description="Languages; a reader of any of them is in.")
    tag: tuple[Slug, ...] = Field((), description="Tags; a reader with any of them is in.")
    without_tag: tuple[Slug, ...] = Field((), description="Tags that keep a reader out.")
    attribute: dict[Slug, tuple[OneLine, ...]] = Field(
        {}, description="Details of your own, each with the values of which a reader must have one."
    )
    joined_before: date | None = Field(None, description="Day before which a reader joined, such as 2025-06-01.")
    joined_after: date | None = Field(None, description="Day after which a reader joined.")
    got: tuple[Slug, ...] = Field((), description="Issues; a reader who was sent any of them is in.")
    did_not_get: tuple[Slug, ...] = Field((), description="Issues; a reader who was sent any of them is out.")
    on_offer: bool = Field(
        default=False, description="Readers may choose it themselves; it must pick by one tag, which they then get."
    )
    about: OneLine = Field("", description="What readers are told of a segment on offer.")

    @model_validator(mode="after")
    def _offered_is_one_tag(self) -> Self:
        others = self.body or self.nation or self.language or self.without_tag or self.conditions
        if self.on_offer and (len(self.tag) != 1 or others):
            raise ValueError("a segment on offer picks by one tag and nothing else: that is what its readers choose")
        return self

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What must be asked of the database about a reader before `matches` can tell."""
        return (*self._needed, *self._got, *self._barred)

    @cached_property
    def _needed(self) -> tuple[Condition, ...]:
        days = (("joined_before", self.joined_before), ("joined_after", self.joined_after))
        return (
            *(Condition("attribute", name, values) for name, values in self.attribute.items()),
            *(Condition(kind, day.isoformat()) for kind, day in days if day),  # type: ignore[arg-type]
        )

    @cached_property
    def _got(self) -> tuple[Condition, ...]:
        return tuple(Condition("got", issue) for issue in self.got)

    @cached_property
    def _barred(self) -> tuple[Condition, ...]:
        return tuple(Condition("got", issue) for issue in self.did_not_get)

    def matches(self, subscriber: SubscriberFacts) -> bool:
        """Whether the subscriber is in this segment."""
        return (
            (not self.body or subscriber.body in self.body)
            and (not self.nation or subscriber.nation in self.nation)
            and (not self.language or subscriber.language in self.language)
            and (not self.tag or not set(self.tag).isdisjoint(subscriber.tags))
            and set(self.without_tag).isdisjoint(subscriber.tags)
            and all(map(subscriber.holds, self._needed))
            and not any(map(subscriber.holds, self._barred))
            and (not self._got or any(map(subscriber.holds, self._got)))
        )

    def picks_as(self, other: "Segment") -> bool:
        """Whether another definition picks the same people: what they are called and told does not matter."""
        return self.model_dump(exclude=_ONLY_TOLD) == other.model_dump(exclude=_ONLY_TOLD)


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

    @property
    def on_offer(self) -> tuple[Segment, ...]:
        """Those that readers may choose, by giving or taking away their one tag."""
        return tuple(segment for segment in self.values() if segment.on_offer)

    def called(self, name: str) -> Segment:
        """The one with this id. Raises InputError where there is none."""
        if name not in self:
            there = f"name one of {', '.join(self)}, or add it" if self else "add it"
            raise InputError(f"There is no segment '{name}' in subscribers/segments.toml; {there}.")
        return self[name]

    def named(self, names: Collection[str]) -> "Segments":
        """Those with these ids, in their order. Raises InputError for one that is not here."""
        wanted = {self.called(name).id for name in sorted(names)}
        return Segments([segment for segment in self.values() if segment.id in wanted])


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
