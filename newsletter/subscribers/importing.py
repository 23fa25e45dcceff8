"""An import file as an object one can question: its rows, what is wrong with others, repeats, columns nobody knows.

Columns: address (or email), name, body, role, nation, language, tags; only the address is needed, the first row names
them. Read as a stream: a million people cost the memory of their compared addresses.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from newsletter.errors import InputError, Problem
from newsletter.subscribers.addresses import Address, clean_name, parse_address
from newsletter.subscribers.csv_file import CsvFile
from newsletter.subscribers.details import known_body, known_nation, labels, language_tag

COLUMNS = ("address", "name", "body", "role", "nation", "language", "tags")
_SYNONYMS = dict.fromkeys(("email", "e-mail", "email address", "e-mail address", "mail"), "address")


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """One person, ready to be taken in."""

    row: int  # as a spreadsheet counts: the headings are row 1
    address: Address
    name: str
    body: str  # id from the register, or empty
    role: str
    nation: str  # one of details.NATIONS, or empty
    language: str  # BCP 47, or empty for the newsletter's own
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RowError:
    """A row that stays out, and why."""

    row: int
    column: str
    sentence: str  # what is wrong and how to mend it; holds nothing of the person

    def __str__(self) -> str:
        """`row 7, address: …`."""
        return f"row {self.row}, {self.column}: {self.sentence}"


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """A row whose address stood further up already; the first one counts."""

    row: int
    first_row: int


Entry = ImportRow | RowError | Duplicate


class ImportFile:
    """A file of subscribers. Opening it checks the file as a whole; iterating reads it row by row.

    Raises InputError when the file as a whole is of no use; a bad row is an entry, not an exception.
    """

    def __init__(self, path: Path, *, bodies: Collection[str] | None = None) -> None:
        """Take the file, and the ids of known bodies; with None any body is taken as it is."""
        self.path = path
        self._bodies = bodies
        self._source = CsvFile(path, known={*COLUMNS, *_SYNONYMS})
        self.columns = tuple(_SYNONYMS.get(heading, heading) for heading in self._source.headings)
        self._check_columns()

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        """Headings that mean nothing here; their cells are left out."""
        return tuple(column for column in self.columns if column and column not in COLUMNS)

    @property
    def rows(self) -> tuple[ImportRow, ...]:
        """Every person who can be taken in. For a very large file iterate over the object instead."""
        return tuple(entry for entry in self._entries if isinstance(entry, ImportRow))

    @property
    def errors(self) -> tuple[RowError, ...]:
        """Rows that stay out, with the reason."""
        return tuple(entry for entry in self._entries if isinstance(entry, RowError))

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Rows that repeat an address of the file."""
        return tuple(entry for entry in self._entries if isinstance(entry, Duplicate))

    def __iter__(self) -> Iterator[Entry]:
        """One entry for each row that is not blank, in the order of the file."""
        first_rows: dict[str, int] = {}
        for number, cells in self._source:
            try:
                person = self._person(number, cells)
            except _CellError as error:
                yield RowError(row=number, column=error.column, sentence=error.sentence)
                continue
            first = first_rows.setdefault(person.address.compared, number)
            yield person if first == number else Duplicate(row=number, first_row=first)

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        return tuple(self)

    def _check_columns(self) -> None:
        known = [column for column in self.columns if column in COLUMNS]
        if "address" not in known:
            message = f"the first row must name the columns, and one must be 'address'; known are {', '.join(COLUMNS)}"
        elif len(set(known)) < len(known):
            twice = next(column for column in known if known.count(column) > 1)
            message = f"two columns mean '{twice}'; keep one of them"
        else:
            return
        raise InputError([Problem(message=message, file=str(self.path), line=1)])

    def _person(self, number: int, cells: Sequence[str]) -> ImportRow:
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            raise _CellError("row", "There are more cells than headings; put a text with a delimiter in quotes.")
        values = {column: cell.strip(" ") for column, cell in zip(self.columns, cells, strict=False)}
        address = _read(values, "address", parse_address)
        return ImportRow(
            row=number,
            address=address,
            name=_read(values, "name", clean_name) or address.name,
            body=_read(values, "body", self._known_body),
            role=_read(values, "role", clean_name),
            nation=_read(values, "nation", known_nation),
            language=_read(values, "language", language_tag),
            tags=_read(values, "tags", labels),
        )

    def _known_body(self, cell: str) -> str:
        return known_body(cell, self._bodies)


class _CellError(Exception):
    """One cell cannot be taken; caught in this file and told as a RowError."""

    def __init__(self, column: str, sentence: str) -> None:
        self.column, self.sentence = column, sentence
        super().__init__(sentence)


_T = TypeVar("_T")


def _read(values: Mapping[str, str], column: str, parse: Callable[[str], _T]) -> _T:
    try:
        return parse(values.get(column, ""))
    except InputError as error:
        raise _CellError(column, str(error)) from None
