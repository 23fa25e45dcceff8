"""CSV that a spreadsheet opens as text: a cell that would be run as a formula gets an apostrophe before it.

`=HYPERLINK(…)` in a name would otherwise work in the spreadsheet of whoever opens an export. Reading takes the
apostrophe away again, so that what was exported can be brought back in.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from newsletter.errors import UnavailableError

# What spreadsheets take for the beginning of a formula, also in full width, behind blanks, or behind our own mark.
_FORMULA = re.compile(r"'*\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]")


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a file for its owner's eyes, whole or not at all. Raises UnavailableError where it can't be written."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.touch(mode=0o600)
        # The mark at the beginning tells Excel that this is UTF-8.
        with draft.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(list(map(escaped, headings)))
            writer.writerows(list(map(escaped, row)) for row in rows)
        draft.replace(path)
    except OSError as error:
        raise UnavailableError(f"{path} can't be written: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same as text, for a browser to download."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(list(map(escaped, headings)))
    writer.writerows([escaped(str(cell)) for cell in row] for row in rows)
    return "\ufeff" + stream.getvalue()


def escaped(cell: str) -> str:
    """The cell as no spreadsheet runs it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """The cell without the apostrophe that `escaped` put before it."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell, 1) else cell
