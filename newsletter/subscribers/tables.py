"""Rows of cells, whatever they come from: CSV as offices save it, a spreadsheet, or addresses pasted as text."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from newsletter.errors import InputError, Problem

MOST_COLUMNS = 100
MOST_BYTES = 1 << 29  # of a file; a million people take a fifth of it
ROWS_LOOKED_AT = 20  # to find out what a file is

Row = list[str]


class Table(Protocol):
    """Something with rows. Iterating reads it anew as a stream; what is wrong with it as a whole is an InputError."""

    name: str  # the file's name, as reports and consent records tell it
    left_aside: tuple[str, ...]  # further sheets, which are not read

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Number, as a spreadsheet counts, and cells of each row that is not blank; headings are a row like others."""


def open_table(path: Path, *, sheet: str = "") -> Table:
    """Open a file by what it holds, not by how it is called. Raises InputError where it is none we can read."""
    from newsletter.subscribers.csv_file import CsvFile

    _refuse_size(path)
    if not zipfile.is_zipfile(path):
        return CsvFile(path)
    from newsletter.subscribers.xlsx_file import XlsxFile  # openpyxl loads only for who has a spreadsheet

    return XlsxFile(path, sheet=sheet)


def is_blank(cells: Row) -> bool:
    """Whether a row holds nothing but white space."""
    text = "".join(cells)
    return not text or text.isspace()


def refused(name: str, message: str, line: int | None = None) -> InputError:
    """A file of no use, told with its name."""
    return InputError([Problem(message=message, file=name, line=line)])


def _refuse_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise refused(str(path), f"this file cannot be read: {error.strerror}") from None
    if size > MOST_BYTES:
        raise refused(
            str(path), f"this file has {size / 1e6:,.0f} MB, and a list of a million people about 100; cut it"
        )
