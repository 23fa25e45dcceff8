"""The register of bodies: the organisations that readers belong to and items are about."""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from newsletter.content.fields import EmailAddress, OneLine, OptionalHttpUrl, Slug, Words
from newsletter.content.problems import explain
from newsletter.content.sections.base import Strict
from newsletter.errors import InputError, Problem


class Body(Strict):
    """One organisation."""

    id: Slug = Field(description="Short stable name, such as `cqc`.")
    name: Words = Field(description="Full name in English.")
    name_cy: OneLine = Field("", description="Full name in Welsh.")
    short: OneLine = Field("", description="Short name or initials.")
    domains: list[OneLine] = Field(default_factory=list, description="Mail domains of its staff.")
    nation: Literal["england", "wales", "scotland", "northern-ireland", "england-and-wales", "uk"] = Field(
        description="Where it works."
    )
    contact: EmailAddress | None = Field(None, description="Whom to ask about items.")
    website: OptionalHttpUrl = Field(None, description="Public home page.")

    def name_in(self, language: str) -> str:
        """The full name in a language, English where there is no other."""
        return self.name_cy if language == "cy" and self.name_cy else self.name


class _Register(BaseModel):
    body: list[Body] = Field(default_factory=list)


class Bodies(Mapping[str, Body]):
    """All bodies by id."""

    def __init__(self, bodies: list[Body] | None = None) -> None:
        """Take the bodies in their order."""
        self._by_id = {body.id: body for body in bodies or []}

    def id_of(self, text: str) -> str:
        """The id of the body that somebody means by its id, one of its names or its short name; empty for none.

        Also by both, as in "Care Quality Commission (CQC)". Case, accents and marks do not count, nor does "the"; "HM"
        is His Majesty's. A name that two bodies share means neither.
        """
        return self._by_spelling.get(_folded(text), "")

    @cached_property
    def _by_spelling(self) -> Mapping[str, str]:
        meant: dict[str, set[str]] = defaultdict(set)
        for body in self.values():
            both = f"{body.name} {body.short}" if body.short else ""
            for name in filter(None, (body.name, body.name_cy, body.short, both)):
                meant[_folded(name)].add(body.id)
        return {name: min(ids) for name, ids in meant.items() if len(ids) == 1} | {_folded(id_): id_ for id_ in self}

    def __getitem__(self, key: str) -> Body:
        """The body with this id."""
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        """Ids in the order of the register."""
        return iter(self._by_id)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._by_id)


def _folded(name: str) -> str:
    """As people type it into a spreadsheet: `The HM Prisons & Courts` as `his majestys prisons and courts`."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(mark))
    joined = re.sub("['’‘`]", "", plain).replace("&", " and ")  # noqa: RUF001  (as some keyboards write them)
    words = re.sub(r"\W+", " ", joined).strip().removeprefix("the ")
    return re.sub(r"^(?:hm|her majestys) ", "his majestys ", words)


def load_bodies(path: Path) -> Bodies:
    """Read `bodies.toml`; an absent file is an empty register. Raises InputError with every problem found."""
    if not path.exists():
        return Bodies()
    try:
        register = _Register.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError([Problem(message=f"this is not valid TOML: {error}", file=str(path))]) from None
    except ValidationError as error:
        raise InputError(explain(error, file=str(path), model=_Register)) from None
    ids = [body.id for body in register.body]
    if twice := [name for name in dict.fromkeys(ids) if ids.count(name) > 1]:
        message = f"the id '{twice[0]}' stands twice in this register; give each body an id of its own"
        raise InputError([Problem(message=message, file=str(path))])
    return Bodies(register.body)
