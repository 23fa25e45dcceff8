"""A CSV file as offices really save them: UTF-8, Windows-1252 or UTF-16; comma, semicolon, TAB or bar; a stream."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from newsletter.errors import InputError
from newsletter.subscribers.columns import holds_address, meanings_in
from newsletter.subscribers.tables import MOST_COLUMNS, ROWS_LOOKED_AT, Row, is_blank, refused

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_LINE = 1 << 20  # bytes; a line beyond this is no row of people
_BLOCK = 1 << 16
_MIXED = (
    "some lines are saved as UTF-8 (line {utf8}) and others as Windows-1252 (line {cp1252}), so letters would be "
    "garbled; open it, mend those, and save it as 'CSV UTF-8'"
)
_SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "this is an Excel file of before 2007, or one with a password; save it as .xlsx without one",
    b"%PDF": "this is a PDF; ask for the list as a spreadsheet",
    b"PK\x03\x04": "this is a zip that is cut or damaged; copy it again",
}


class CsvFile:
    """Rows of one file; opening it reads it once through, so that nothing odd turns up half-way.

    Raises InputError if it cannot be read, is no text, holds NUL bytes, has too many columns or an endless line.
    """

    left_aside: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        """Find out how the file is written."""
        self.path, self.name = path, path.name
        self.encoding = _find_encoding(path)
        self.delimiter = self._find_delimiter()

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Number and cells of each row that is not blank."""
        for number, cells in enumerate(self._rows(self.delimiter, strict=True), start=1):
            if not is_blank(cells):
                yield number, cells

    def _rows(self, delimiter: str, *, strict: bool) -> Iterator[Row]:
        with self.path.open(encoding=self.encoding, newline="") as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=strict)
            try:
                yield from reader
            except csv.Error as error:
                message = f"this row is not sound CSV ({error}); look for a stray quote"
                raise refused(str(self.path), message, reader.line_num) from None

    def _find_delimiter(self) -> str:
        # Not strict: read with the wrong delimiter, sound headings in quotes look broken.
        readings = {mark: self._beginning(mark) for mark in _DELIMITERS}
        best = max(_DELIMITERS, key=lambda mark: _sense(readings[mark]))
        if readings[best] and len(readings[best][0]) > MOST_COLUMNS:
            message = f"there are more than {MOST_COLUMNS} columns; keep only the needed ones"
            raise refused(str(self.path), message, 1)
        return best

    def _beginning(self, delimiter: str) -> list[Row]:
        found: list[Row] = []
        with suppress(InputError):  # what is wrong is told when the rows are read in earnest
            found.extend(islice(self._rows(delimiter, strict=False), ROWS_LOOKED_AT))
        return found


def _sense(rows: Sequence[Row]) -> tuple[int, int]:
    """How much a reading means: the headings that are known, and the cells that are one address each."""
    known = max((len(meanings_in(cells[:MOST_COLUMNS])) for cells in rows), default=0)
    return known, sum(holds_address(cell) for cells in rows for cell in cells[:MOST_COLUMNS])


def _find_encoding(path: Path) -> str:
    """UTF-8 if every byte of the file agrees, UTF-16 if it says so, else Windows-1252, which older Excel writes."""
    encodings = ("utf-16",) if _start(path).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else _USUAL
    decoders = {name: codecs.getincrementaldecoder(name)() for name in encodings}
    line_bytes = 0
    for block in _blocks(path):
        if b"\0" in block and encodings is _USUAL:
            raise refused(str(path), "this file holds NUL bytes, so it is no text; save it as 'CSV UTF-8'")
        line_bytes = _unended(block, line_bytes)
        if line_bytes > _LONGEST_LINE:
            raise refused(
                str(path), "a line has more than a million letters; keep only the needed columns, save as CSV"
            )
        decoders = {name: decoder for name, decoder in decoders.items() if _decodes(decoder, block)}
    fitting = [name for name, decoder in decoders.items() if _decodes(decoder, b"", final=True)]
    if not fitting:
        raise refused(str(path), "the letters are neither UTF-8 nor Windows-1252; save it as 'CSV UTF-8'")
    if fitting[0] == "cp1252":
        _refuse_mixture(path)
    return fitting[0]


_USUAL = ("utf-8-sig", "cp1252")  # the first reads UTF-8 with and without a mark at its beginning


def _unended(block: bytes, before: int) -> int:
    """Bytes since the last end of a line."""
    end = max(block.rfind(b"\n"), block.rfind(b"\r"))
    return len(block) - end - 1 if end >= 0 else before + len(block)


def _start(path: Path) -> bytes:
    start = next(_blocks(path), b"")[:8]
    for signature, sentence in _SIGNATURES.items():
        if start.startswith(signature):
            raise refused(str(path), sentence)
    return start


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            yield from iter(lambda: stream.read(_BLOCK), b"")
    except OSError as error:
        raise refused(str(path), f"this file cannot be read: {error.strerror}") from None


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_mixture(path: Path) -> None:
    """Tell two files pasted together: letters in Windows-1252 hardly ever make sound UTF-8 by chance."""
    lines: dict[str, int] = {}
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.isascii():
                lines.setdefault(
                    "utf8" if _decodes(codecs.getincrementaldecoder("utf-8")(), line, final=True) else "cp1252", number
                )
            if len(lines) == 2:
                raise refused(str(path), _MIXED.format(**lines), lines["cp1252"])
