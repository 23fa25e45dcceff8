"""Which column of a table means what: by its heading, by what stands in it, or as somebody says.

`attribute:shoe-size` keeps a detail of one's own, and `-` leaves a column out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from newsletter.content.bodies import Bodies
from newsletter.errors import InputError
from newsletter.subscribers.details import NATIONS
from newsletter.subscribers.tables import MOST_COLUMNS, ROWS_LOOKED_AT, Row, Table, refused

IGNORED = "-"
ATTRIBUTE = re.compile(r"attribute:([a-z0-9]+(?:-[a-z0-9]+)*)")
# Meaning -> headings that say so, as `_folded` writes them. first-name and surname together make the name.
MEANINGS: Mapping[str, tuple[str, ...]] = {
    "address": ("address", "email", "e mail", "mail", "email address", "e mail address", "work email", "ebost"),
    "name": ("name", "full name", "display name", "enw"),
    "first-name": ("first name", "firstname", "forename", "given name", "enw cyntaf"),
    "surname": ("surname", "last name", "lastname", "family name", "cyfenw"),
    "body": ("body", "organisation", "organization", "member body", "employer", "sefydliad"),
    "role": ("role", "job title", "position", "post", "rôl", "swydd"),
    "nation": ("nation", "country", "gwlad"),
    "language": ("language", "preferred language", "lang", "iaith"),
    "tags": ("tags", "tag", "labels", "groups", "tagiau"),
}  # fmt: skip
_MEANS = {heading: meaning for meaning, headings in MEANINGS.items() for heading in headings}
_QUALIFIER = re.compile(r"^(?:(?:staff|member|contact|person|employee|work|your|their|main|primary)(?: ?s)? )+")
_WHERE = r"[^@<>\s,;|]+@[^@<>\s,;|.]+(?:\.[^@<>\s,;|.]+)+"
_ONE_ADDRESS = re.compile(rf"\s*(?:{_WHERE}|[^@<>]*<{_WHERE}>)\s*")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The meaning of each column, and where the people begin."""

    meanings: tuple[str, ...]  # one of MEANINGS, `attribute:…`, or empty for what is left out
    first_row: int  # number of the first row that can be a person
    headings: tuple[str, ...]  # as they stand in the file, empty where it has none
    unknown: tuple[str, ...]  # those that mean nothing here


def read_columns(table: Table, chosen: Mapping[str, str], bodies: Bodies) -> Columns:
    """Find out what the columns mean. `chosen` maps a heading, or a column's number from 1, to a meaning.

    Raises InputError where no column holds addresses, two mean the same, or `chosen` names what is not there.
    """
    rows = list(islice(table, ROWS_LOOKED_AT))
    place = _place_of_headings([cells for _number, cells in rows])
    headings = rows[place][1] if place is not None else []
    people = rows if place is None else rows[place + 1 :]
    meanings = _meanings_of(headings)
    if not headings:
        meanings = [""] * max((len(cells) for _number, cells in people), default=0)
    _choose(meanings, headings, chosen)
    _guess(meanings, [cells for _number, cells in people], chosen, bodies)
    _require_sense(table.name, meanings, headings)
    titled = zip(headings, meanings, strict=False)
    return Columns(
        meanings=tuple("" if meaning == IGNORED else meaning for meaning in meanings),
        headings=tuple(headings),
        first_row=1 if place is None else rows[place][0] + 1,
        unknown=tuple(heading.strip() for heading, meaning in titled if not meaning and heading.strip()),
    )


def _meanings_of(headings: Sequence[str]) -> list[str]:
    """What each heading says; `Staff name` says name where no other column says it more plainly."""
    plain = [_MEANS.get(_folded(heading), "") for heading in headings]
    loose = [_MEANS.get(_QUALIFIER.sub("", _folded(heading)), "") for heading in headings]
    return [
        told or (meant if meant not in plain and loose.count(meant) == 1 else "")
        for told, meant in zip(plain, loose, strict=True)
    ]


def meanings_in(headings: Sequence[str]) -> list[str]:
    """What is known among some headings."""
    return [_MEANS[folded] for folded in map(_folded, headings) if folded in _MEANS]


def holds_address(cell: str) -> bool:
    """Whether a cell looks like one address, or a name and one address in angle brackets."""
    return _ONE_ADDRESS.fullmatch(cell) is not None


def _folded(heading: str) -> str:
    """`E-Mail_Address:` as `e mail address`."""
    return " ".join(re.sub(r"[\W_]+", " ", heading.casefold()).split())


def _place_of_headings(rows: Sequence[Row]) -> int | None:
    """Which row holds the headings, titles above them passed over; None where the people begin at once."""
    for place, cells in enumerate(rows):
        if any(map(holds_address, cells)):
            return place - 1 if place else None
        if "address" in meanings_in(cells):
            return place
    return 0 if rows else None


def _choose(meanings: list[str], headings: Sequence[str], chosen: Mapping[str, str]) -> None:
    """Set what somebody said; each of their choices must be found."""
    folded = [_folded(heading) for heading in headings]
    for column, meaning in chosen.items():
        if meaning not in (*MEANINGS, IGNORED) and not ATTRIBUTE.fullmatch(meaning):
            raise InputError(f"A column can't mean '{meaning}'; it can be {', '.join(MEANINGS)}, attribute:NAME or -.")
        place = folded.index(_folded(column)) if _folded(column) in folded else _number(column, len(meanings))
        meanings[:] = ["" if found == meaning != IGNORED else found for found in meanings]
        meanings[place] = meaning


def _number(column: str, count: int) -> int:
    if not column.isdecimal() or not 1 <= int(column) <= count:
        raise InputError(f"There is no column '{column}'; name one by its heading, or by its number from 1 to {count}.")
    return int(column) - 1


def _guess(meanings: list[str], rows: Sequence[Row], chosen: Mapping[str, str], bodies: Bodies) -> None:
    """By content, where headings and people say nothing: a column is what most of its cells are."""
    kinds: dict[str, Callable[[str], bool]] = {
        "address": holds_address,
        "nation": lambda cell: cell.strip().casefold().replace(" ", "-") in NATIONS,
        "body": lambda cell: bool(bodies.id_of(cell)),
    }
    for meaning, fits in kinds.items():
        if meaning not in (*meanings, *chosen.values()):
            shares = {place: _share(rows, place, fits) for place, found in enumerate(meanings) if not found}
            best = max(shares, key=lambda place: shares[place], default=None)
            if best is not None and shares[best] > 0.5:
                meanings[best] = meaning


def _share(rows: Sequence[Row], place: int, fits: Callable[[str], bool]) -> float:
    cells = [cells[place] for cells in rows if place < len(cells) and cells[place].strip()]
    return sum(map(fits, cells)) / len(cells) if cells else 0


def _require_sense(name: str, meanings: Sequence[str], headings: Sequence[str]) -> None:
    if len(meanings) > MOST_COLUMNS:
        raise refused(name, f"there are more than {MOST_COLUMNS} columns; keep only the needed ones")
    if "address" not in meanings:
        raise refused(name, "no column holds e-mail addresses; give one the heading 'address', or say which it is")
    used = [meaning for meaning in meanings if meaning not in ("", IGNORED)]
    if len(set(used)) < len(used):
        twice = next(meaning for meaning in used if used.count(meaning) > 1)
        whose = [f"'{head.strip()}'" for head, meaning in zip(headings, meanings, strict=False) if meaning == twice]
        raise refused(name, f"the columns {' and '.join(whose)} both mean {twice}; keep one, or say what the other is")
