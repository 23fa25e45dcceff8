"""A CSV file as offices really save them: UTF-8 or Windows-1252; comma, semicolon or TAB; read as a stream."""

import codecs
import csv
from collections.abc import Collection, Iterator
from pathlib import Path

from newsletter.errors import InputError, Problem

_DELIMITERS = (",", ";", "\t")
_MOST_COLUMNS = 100
_LONGEST_LINE = 1 << 20  # bytes; a line beyond this is no row of people
_BLOCK = 1 << 16
_SIGNATURES = {
    b"PK\x03\x04": "this is a spreadsheet, not CSV; save it as 'CSV UTF-8' first",
    codecs.BOM_UTF16_LE: "this is saved as UTF-16 ('Unicode text'); save it as 'CSV UTF-8'",
    codecs.BOM_UTF16_BE: "this is saved as UTF-16 ('Unicode text'); save it as 'CSV UTF-8'",
}


class CsvFile:
    """Headings and rows of one file; opening it reads it once through, so that nothing odd turns up half-way.

    Raises InputError if it cannot be read, is no text, holds NUL bytes, has too many columns or an endless line.
    """

    def __init__(self, path: Path, *, known: Collection[str]) -> None:
        """Take the file and the headings one hopes to find, by which the delimiter is told."""
        self.path = path
        self.encoding = _find_encoding(path)  # utf-8-sig, which reads utf-8 too, or cp1252
        self.delimiter, self.headings = self._find_delimiter(known)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Number and cells of each row that is not blank, after the headings, which are row 1."""
        for number, cells in enumerate(self._rows(self.delimiter, strict=True), start=1):
            if number > 1 and any(cell.strip() for cell in cells):
                yield number, cells

    def _rows(self, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
        with self.path.open(encoding=self.encoding, newline="") as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=strict)
            try:
                yield from reader
            except csv.Error as error:
                message = f"this row is not sound CSV ({error}); look for a stray quote"
                raise _refused(self.path, message, reader.line_num) from None

    def _find_delimiter(self, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
        # Not strict: read with the wrong delimiter, sound headings in quotes look broken.
        readings = {mark: next(self._rows(mark, strict=False), []) for mark in _DELIMITERS}
        cleaned = {mark: tuple(cell.strip().casefold() for cell in cells) for mark, cells in readings.items()}
        best = max(_DELIMITERS, key=lambda mark: sum(cell in known for cell in cleaned[mark]))
        if len(cleaned[best]) > _MOST_COLUMNS:
            raise _refused(self.path, f"there are more than {_MOST_COLUMNS} columns; keep only the needed ones", 1)
        return best, cleaned[best]


def _find_encoding(path: Path) -> str:
    """UTF-8 if every byte of the file agrees, else Windows-1252, which older Excel writes."""
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp1252")}
    line_bytes = 0
    for number, block in enumerate(_blocks(path)):
        _refuse_binary(path, block if number == 0 else b"", block)
        line_end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        line_bytes = len(block) - line_end - 1 if line_end >= 0 else line_bytes + len(block)
        if line_bytes > _LONGEST_LINE:
            raise _refused(path, "a line of this file has no end; save it again as CSV")
        decoders = {name: decoder for name, decoder in decoders.items() if _decodes(decoder, block)}
    decoders = {name: decoder for name, decoder in decoders.items() if _decodes(decoder, b"", final=True)}
    if not decoders:
        raise _refused(path, "the letters are neither UTF-8 nor Windows-1252; save it as 'CSV UTF-8'")
    return next(iter(decoders))


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            yield from iter(lambda: stream.read(_BLOCK), b"")
    except OSError as error:
        raise _refused(path, f"this file cannot be read: {error.strerror}") from None


def _refuse_binary(path: Path, start: bytes, block: bytes) -> None:
    for signature, sentence in _SIGNATURES.items():
        if start.startswith(signature):
            raise _refused(path, sentence)
    if b"\0" in block:
        raise _refused(path, "this file holds NUL bytes, so it is no text; save it as 'CSV UTF-8'")


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _refused(path: Path, message: str, line: int | None = None) -> InputError:
    return InputError([Problem(message=message, file=str(path), line=line)])
