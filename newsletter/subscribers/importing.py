"""An import file as an object one can question: what its columns mean, its people, and what is wrong with other rows.

Only an address is needed. Whether somebody is here already, left, or stands twice in the file, the database knows:
see `services.importing`. Read as a stream, so a million people cost no memory here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from newsletter.content.bodies import Bodies
from newsletter.errors import InputError
from newsletter.subscribers.addresses import Address, clean_name, look_alike, parse_address
from newsletter.subscribers.columns import ATTRIBUTE, MEANINGS, Columns, read_columns
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
        bodies: Bodies | None = None,
        columns: Mapping[str, str] | None = None,
        sheet: str = "",
    ) -> None:
        """Take a file or table, the known bodies (None: any), and what columns mean where that can't be seen."""
        self.table = open_table(source, sheet=sheet) if isinstance(source, Path) else source
        self.name = self.table.name
        self.columns: Columns = read_columns(self.table, columns or {}, bodies or Bodies())
        self._read = _RowReader(self.columns.meanings, bodies)

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


class _RowReader:
    """Reads the cells of one row after another by the meaning of their columns; this is most of an import's work."""

    def __init__(self, meanings: Sequence[str], bodies: Bodies | None) -> None:
        self._width = len(meanings)
        self._readers = _readers(bodies)
        # A meaning that no column has is read from a blank cell at the end of each row.
        places = {meaning: place for place, meaning in enumerate(meanings) if meaning}
        self._pick = itemgetter(*(places.get(meaning, self._width) for meaning in MEANINGS))
        self._kept = [(name[1], place) for meaning, place in places.items() if (name := ATTRIBUTE.fullmatch(meaning))]
        self._places = places

    def __call__(self, number: int, cells: Row) -> Entry:
        """A person, or why not."""
        if len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
            return BadRow(number, (("row", _TOO_MANY_CELLS),))
        cells = [*cells[: self._width], *[""] * (self._width + 1 - len(cells))]
        try:
            return self._person(number, cells)
        except InputError:
            return BadRow(number, tuple(self._problems(cells)))

    def _person(self, number: int, cells: Row) -> ImportRow:
        read = self._readers
        address, name, first, surname, body, role, nation, language, tags = self._pick(cells)
        found = _address(address)
        full = _words(name) or f"{_words(first)} {_words(surname)}".strip() or found.name
        kept = tuple((key, _words(cells[place])) for key, place in self._kept) if self._kept else ()
        return ImportRow(
            number, found, full, read.body(body), read.role(role), read.nation(nation), read.language(language),
            read.tags(tags), tuple(pair for pair in kept if pair[1]) if kept else (),
        )  # fmt: skip

    def _problems(self, cells: Row) -> Iterator[tuple[str, str]]:
        readers = {"address": _address, **self._readers._asdict()}
        for meaning, place in self._places.items():
            try:
                readers.get(meaning, _words)(cells[place])
            except InputError as error:
                yield meaning, str(error)


_TOO_MANY_CELLS = "There are more cells than headings; put a text with a delimiter in quotes."


class _Readers(NamedTuple):
    """What reads cells that repeat by the thousand, so each different one is read once."""

    body: Callable[[str], str]
    role: Callable[[str], str]
    nation: Callable[[str], str]
    language: Callable[[str], str]
    tags: Callable[[str], tuple[str, ...]]


def _readers(bodies: Bodies | None) -> _Readers:
    remembered = lru_cache(_REPEATED)
    return _Readers(
        body=remembered(lambda cell: known_body(cell, bodies)),
        role=remembered(lambda cell: role_name(unescaped(cell))),
        nation=remembered(known_nation),
        language=remembered(language_tag),
        tags=remembered(labels),
    )


def _words(cell: str) -> str:
    return clean_name(unescaped(cell)) if cell else ""


def _address(cell: str) -> Address:
    address = parse_address(unescaped(cell))
    if doubt := look_alike(address):
        raise InputError(doubt)
    return address
