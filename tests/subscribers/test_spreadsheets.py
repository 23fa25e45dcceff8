"""Spreadsheets as offices send them, and as an attacker would."""

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from newsletter.errors import InputError
from newsletter.subscribers.importing import ImportFile

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
PEOPLE = [["E-mail", "Name", "Since"], ["ann@b.example", "Ann Other", date(2024, 5, 1)], [None], ["bob@b.example", 7.0]]

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def run(
        rows: Sequence[Sequence[object]] = PEOPLE, name: str = "people.xlsx", **sheets: Sequence[Sequence[object]]
    ) -> Path:
        book = openpyxl.Workbook()
        for title, content in {"Staff": rows, **sheets}.items():
            sheet = book.create_sheet(title)
            for row in content:
                sheet.append(list(row))
        book.remove(book.worksheets[0])
        book.save(tmp_path / name)
        return tmp_path / name

    return run


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same file with other parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def with_sheet(path: Path, xml: str) -> Path:
    return repacked(path, lambda parts: parts.update({SHEET: xml.encode()}))


def sheet_of(rows: str, before: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_spreadsheet_is_read_whatever_its_name(save: Save) -> None:
    for name in ("people.xlsx", "people.csv"):
        file = ImportFile(save(name=name), columns={"Since": "attribute:since"})
        assert [(row.row, row.address.typed, row.name) for row in file.rows] == [
            (2, "ann@b.example", "Ann Other"),
            (4, "bob@b.example", "7"),
        ]
        assert file.rows[0].attributes == (("since", "2024-05-01 00:00:00"),)


def test_the_first_sheet_is_read_unless_another_is_named_and_the_rest_are_told(save: Save) -> None:
    path = save(Leavers=[["email"], ["cat@b.example"]])
    assert ImportFile(path).table.left_aside == ("Leavers",)
    assert [row.address.typed for row in ImportFile(path, sheet="Leavers").rows] == ["cat@b.example"]
    with pytest.raises(InputError, match="its sheets are Staff, Leavers"):
        ImportFile(path, sheet="Joiners")


def test_a_formula_is_never_run_and_counts_as_what_it_last_showed(save: Save) -> None:
    formula = '<c r="A2" t="str"><f>HYPERLINK("x")</f><v>ann@b.example</v></c>'
    rows = f'<row r="1">{text_cell("A1", "email")}</row><row r="2">{formula}</row>'
    assert [row.address.typed for row in ImportFile(with_sheet(save(), sheet_of(rows))).rows] == ["ann@b.example"]


@pytest.mark.parametrize("content", [b"", b"<worksheet", b"\0\1\2", b"<?xml version='1.0'?><other/>"])
def test_a_damaged_sheet_is_one_sentence(save: Save, content: bytes) -> None:
    path = repacked(save(), lambda parts: parts.update({SHEET: content}))
    with pytest.raises(InputError, match=r"no sound spreadsheet|no column holds"):
        ImportFile(path)


def test_fault_84_a_zip_that_is_no_spreadsheet_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("people.csv", "email\nann@b.example\n")
    with pytest.raises(InputError, match="this is a zip, but no spreadsheet"):
        ImportFile(path)


def test_a_spreadsheet_cut_in_the_middle_is_told_as_one(save: Save) -> None:
    path = save()
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="cut or damaged"):
        ImportFile(path)


@pytest.mark.parametrize("part", [STRINGS, SHEET, "xl/styles.xml"])
def test_fault_84_what_unpacks_to_far_too_much_is_refused_before_it_is_unpacked(save: Save, part: str) -> None:
    path = repacked(save(), lambda parts: parts.update({part: b"<x/>"}))
    content = bytearray(path.read_bytes())
    directory = content.rindex(b"PK\1\2", 0, content.rindex(part.encode()))  # its entry in the table at the end
    content[directory + 24 : directory + 28] = struct.pack("<I", 2_000_000_000)
    path.write_bytes(content)
    with pytest.raises(InputError, match="unpacks to far more"):
        ImportFile(path)


def test_fault_88_entities_that_would_grow_to_gigabytes_are_refused(save: Save) -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'
    path = with_sheet(save(), sheet_of(f'<row r="1">{text_cell("A1", "&e9;")}</row>', bomb))
    with pytest.raises(InputError, match="no sound spreadsheet"):
        ImportFile(path)


@pytest.mark.parametrize("row", [100_000, 999_999_999_999])
def test_a_row_that_says_it_is_far_down_costs_nothing(save: Save, row: int) -> None:
    rows = f'<row r="1">{text_cell("A1", "email")}</row><row r="{row}">{text_cell(f"A{row}", "ann@b.example")}</row>'
    file = ImportFile(with_sheet(save(), sheet_of(rows)), columns={"email": "address"})
    assert len(file.rows) == (row < 1 << 20)


def test_a_cell_that_is_far_to_the_right_is_refused(save: Save) -> None:
    rows = f'<row r="1">{text_cell("A1", "email")}{text_cell("CW1", "x")}</row>'
    with pytest.raises(InputError, match="more than 100 columns"):
        ImportFile(with_sheet(save(), sheet_of(rows)))


def test_a_workbook_with_nothing_visible_is_refused(tmp_path: Path) -> None:
    content = io.BytesIO()
    book = openpyxl.Workbook()
    book.create_sheet("Other")
    book.worksheets[0].sheet_state = "hidden"
    book.save(content)
    hidden = tmp_path / "people.xlsx"
    hidden.write_bytes(content.getvalue())
    with pytest.raises(InputError, match="no column holds"):
        ImportFile(hidden)
