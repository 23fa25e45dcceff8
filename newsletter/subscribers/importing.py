"""An import file as an object one can question: what its columns mean, its people, and what is wrong with other rows.

Only an address is needed. Whether somebody is here already, left, or stands twice in the file, the database knows:
see `services.importing`. Read as a stream, so a million people cost no memory here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from newsletter.errors import InputError
from newsletter.subscribers.addresses import Address, clean_name, look_alike, parse_address
from newsletter.subscribers.columns import ATTRIBUTE, Columns, read_columns
from newsletter.subscribers.details import known_body, known_nation, labels, language_tag, role_name
from newsletter.subscribers.safe_csv import unescaped
from newsletter.subscribers.tables import Row, Table, open_table

_REPEATED = 4096  # different cells of a column that are read once; bodies, nations and roles repeat by the thousand


class ImportRow(NamedTuple):
    """One person, ready to be taken in. A tuple, because a million of them are made."""

    row: int  # as a spreadsheet counts
    address: Address
    name: str = ""
    body: str = ""  # id from the register
    role: str = ""
    nation: str = ""  # one of details.NATIONS
    language: str = ""  # BCP 47, or empty for the newsletter's own
    tags: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()  # free details, by name


class BadRow(NamedTuple):
    """A row that stays out, and why."""

    row: int
    cells: tuple[tuple[str, str], ...]  # column and sentence: what is wrong and how to mend it, naming nobody

    @property
    def why(self) -> str:
        """All of it in one line: `address: …; nation: …`."""
        return "; ".join(f"{column}: {sentence}" for column, sentence in self.cells)


Entry = ImportRow | BadRow


class ImportFile:
    """A list of people. Opening it checks it as a whole; iterating reads it row by row.

    Raises InputError when it is of no use as a whole; a bad row is an entry, not an exception.
    """

    def __init__(
        self,
        source: Path | Table,
        *,
        bodies: Collection[str] | None = None,
        columns: Mapping[str, str] | None = None,
        sheet: str = "",
    ) -> None:
        """Take a file or table, the ids of known bodies (None: any), and what columns mean where that can't be seen."""
        self.table = open_table(source, sheet=sheet) if isinstance(source, Path) else source
        self.name = self.table.name
        self.columns: Columns = read_columns(self.table, columns or {}, bodies or ())
        self._read = _reader_of_rows(self.columns.meanings, bodies)

    @property
    def rows(self) -> tuple[ImportRow, ...]:
        """Every person. For a very large file iterate over the object instead."""
        return tuple(entry for entry in self if isinstance(entry, ImportRow))

    @property
    def errors(self) -> tuple[BadRow, ...]:
        """Rows that stay out, with the reason."""
        return tuple(entry for entry in self if isinstance(entry, BadRow))

    def __iter__(self) -> Iterator[Entry]:
        """One entry for each row that is not blank, in the order of the file."""
        for number, cells in self.cells():
            yield self._read(number, cells)

    def cells(self) -> Iterator[tuple[int, Row]]:
        """Number and cells of the same rows, as they stand in the file."""
        return (entry for entry in self.table if entry[0] >= self.columns.first_row)


class _reader_of_rows:  # noqa: N801  (made once, then called for every row)
    """Reads the cells of one row after another by the meaning of their columns."""

    def __init__(self, meanings: Sequence[str], bodies: Collection[str] | None) -> None:
        readers = _readers(bodies)
        plan = [(place, meaning, readers.get(meaning, _words)) for place, meaning in enumerate(meanings) if meaning]
        self._plan, self._width = plan, len(meanings)
        self._kept = [(meaning, kept[1]) for meaning in meanings if (kept := ATTRIBUTE.fullmatch(meaning))]

    def __call__(self, number: int, cells: Row) -> Entry:
        """A person, or why not."""
        if len(cells) < self._width:
            cells = cells + [""] * (self._width - len(cells))
        elif any(cell.strip() for cell in cells[self._width :]):
            return BadRow(number, (("row", _TOO_MANY_CELLS),))
        try:
            return _person(number, {meaning: read(cells[place]) for place, meaning, read in self._plan}, self._kept)
        except InputError:
            return BadRow(number, tuple(self._problems(cells)))

    def _problems(self, cells: Row) -> Iterator[tuple[str, str]]:
        for place, meaning, read in self._plan:
            try:
                read(cells[place])
            except InputError as error:
                yield meaning, str(error)


_TOO_MANY_CELLS = "There are more cells than headings; put a text with a delimiter in quotes."


def _person(number: int, found: dict[str, Any], kept: Sequence[tuple[str, str]]) -> ImportRow:
    address, get = found["address"], found.get
    return ImportRow(
        number,
        address,
        get("name") or f"{get('first-name', '')} {get('surname', '')}".strip() or address.name,
        get("body", ""),
        get("role", ""),
        get("nation", ""),
        get("language", ""),
        get("tags", ()),
        tuple((name, found[meaning]) for meaning, name in kept if found[meaning]) if kept else (),
    )


def _readers(bodies: Collection[str] | None) -> dict[str, Callable[[str], Any]]:
    remembered = lru_cache(_REPEATED)
    return {
        "address": _address,
        "body": remembered(lambda cell: known_body(cell, bodies)),
        "role": remembered(role_name),
        "nation": remembered(known_nation),
        "language": remembered(language_tag),
        "tags": remembered(labels),
    }


def _words(cell: str) -> str:
    return clean_name(unescaped(cell))


def _address(cell: str) -> Address:
    address = parse_address(unescaped(cell))
    if doubt := look_alike(address):
        raise InputError(doubt)
    return address
