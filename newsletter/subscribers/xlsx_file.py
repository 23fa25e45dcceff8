"""A spreadsheet of Excel 2007 or later (.xlsx), read row by row. What unpacks to too much is refused before it does."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from newsletter.subscribers.tables import MOST_COLUMNS, Row, is_blank, refused

_MOST_ROWS = 1 << 20  # Excel's own limit; a row that says it is further down is made up
_HANDFUL = 1_000  # rows fetched together
_SHEETS = "xl/worksheets/"  # read as a stream
# Bytes of the rest once unpacked; Python's zipfile never unpacks more than a zip declares. The strings of a million
# people take 45 MB, and openpyxl holds them all.
_MOST_UNPACKED = {"xl/sharedStrings.xml": 50 << 20}
_MOST_OF_A_PART = 5 << 20
_MOST_OF_SHEETS = 600 << 20


class XlsxFile:
    """Rows of one sheet, as they show: of a formula its last result. Cells are text, numbers without idle decimals."""

    def __init__(self, path: Path, *, sheet: str = "") -> None:
        """Take the file and a sheet's name, or else its first visible one. Raises InputError for what can't be read."""
        self.path, self.name = path, path.name
        _refuse_bomb(path)
        with _workbook(path) as book:
            visible = [found.title for found in book.worksheets if found.sheet_state == "visible"]
        if sheet and sheet not in visible:
            raise refused(str(path), f"there is no sheet '{sheet}'; its sheets are {', '.join(visible)}")
        if not visible:
            raise refused(str(path), "no sheet of this file is visible")
        self.sheet = sheet or visible[0]
        self.left_aside = tuple(title for title in visible if title != self.sheet)

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Number and cells of each row that is not blank."""
        with _workbook(self.path) as book:
            for number, values in enumerate(_values(self.path, book[self.sheet]), start=1):
                if not any(values):
                    continue  # by the hundred thousand, where a file says that its only row is far down
                cells = [_text(value) for value in values]
                if any(cells[MOST_COLUMNS:]):
                    message = f"there are more than {MOST_COLUMNS} columns; keep only the needed ones"
                    raise refused(str(self.path), message, number)
                if not is_blank(cells):
                    yield number, cells[:MOST_COLUMNS]


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    """The file as openpyxl opens it, closed again afterwards."""
    with path.open("rb") as stream:  # ours, because openpyxl leaves a file open that it can't read
        with _plainly(path):
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        yield book


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    """Tell whatever openpyxl trips over as one sentence, and none of its warnings about styles and extensions."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception:  # noqa: BLE001  (it has none of its own: a damaged file is a KeyError, a ValueError, a ParseError …)
        raise refused(str(path), "this is no sound spreadsheet; open it, and save it again as .xlsx") from None


def _values(path: Path, sheet: Any) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Rows from the first on. What the file says of its own size is not believed: it may claim a billion cells."""
    sheet.reset_dimensions()
    with _plainly(path):
        rows = sheet.iter_rows(min_row=1, max_row=_MOST_ROWS, min_col=1, max_col=MOST_COLUMNS + 1, values_only=True)
    while handful := _handful(path, rows):
        yield from handful


def _handful(path: Path, rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    with _plainly(path):
        return list(islice(rows, _HANDFUL))


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise refused(str(path), "this is a zip that is cut or damaged; copy it again") from None
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise refused(
            str(path), "this is a zip, but no spreadsheet of Excel; unpack it, or save the list as .xlsx or CSV"
        )
    sheets = sum(part.file_size for part in parts if part.filename.startswith(_SHEETS))
    others = [
        part for part in parts if part.filename.endswith((".xml", ".rels")) and not part.filename.startswith(_SHEETS)
    ]
    if sheets > _MOST_OF_SHEETS or any(
        part.file_size > _MOST_UNPACKED.get(part.filename, _MOST_OF_A_PART) for part in others
    ):
        raise refused(str(path), "this spreadsheet unpacks to far more than a list of people needs; save it as CSV")
