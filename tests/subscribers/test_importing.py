"""Import files as offices really save them."""

from itertools import islice
from pathlib import Path

import pytest

from newsletter.errors import InputError
from newsletter.subscribers.importing import Duplicate, ImportFile, ImportRow

BODIES = {"north-watch", "south-watch"}


def opened(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> ImportFile:
    path = tmp_path / "people.csv"
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return ImportFile(path, bodies=BODIES)


def addresses(file: ImportFile) -> list[str]:
    return [row.address.typed for row in file.rows]


def test_every_column_is_read(tmp_path: Path) -> None:
    file = opened(
        tmp_path,
        "Email,Name,Body,Role,Nation,Language,Tags\n"
        'Ann@Body.example, Ann  Other ,North-Watch,Visitor,Northern Ireland,cy,"Board; press, board"\n',
    )
    (row,) = file.rows
    assert (row.row, row.address.typed, row.address.compared) == (2, "Ann@Body.example", "ann@body.example")
    assert (row.name, row.body, row.role, row.nation) == ("Ann Other", "north-watch", "Visitor", "northern-ireland")
    assert (row.language, row.tags) == ("cy", ("board", "press"))
    assert (file.errors, file.duplicates, file.unknown_columns) == ((), (), ())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_found_out(
    tmp_path: Path, delimiter: str, encoding: str, ending: str
) -> None:
    lines = [["address", "name"], ["sian@body.example", "Siân Günther"], ["bob@body.example", '"B, ;o"']]
    file = opened(tmp_path, ending.join(delimiter.join(line) for line in lines), encoding)
    assert [row.name for row in file.rows] == ["Siân Günther", "B, ;o"]


def test_headings_in_quotes_are_found_with_any_delimiter(tmp_path: Path) -> None:
    assert addresses(opened(tmp_path, '"address";"name, in full"\n"a@b.example";"x"\n')) == ["a@b.example"]


def test_a_name_beside_the_address_is_used_where_there_is_no_name(tmp_path: Path) -> None:
    (row,) = opened(tmp_path, "address,name\nAnn Other <ann@b.example>,\n").rows
    assert (row.address.typed, row.name) == ("ann@b.example", "Ann Other")


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (",Ann,,,,,", "address", "empty"),
        ("ann,Ann,,,,,", "address", "incomplete"),
        ('"a@b.example\nBcc: x@y.example",Ann,,,,,', "address", "control"),
        ('a@b.example,"Ann\nOther",,,,,', "name", "control"),
        ("a@b.example,Ann,nowhere,,,,", "body", "bodies.toml"),
        ("a@b.example,Ann,,,atlantis,,", "nation", "not known"),
        ("a@b.example,Ann,,,,english please,", "language", "such as en"),
        ("a@b.example,Ann,,,,,môn", "tags", "letters"),
        ("a@b.example,Ann,,,,,,extra", "row", "more cells"),
    ],
)
def test_a_bad_row_says_where_and_why_and_the_others_go_in(tmp_path: Path, cells: str, column: str, words: str) -> None:
    heads = "address,name,body,role,nation,language,tags\n"
    file = opened(tmp_path, f"{heads}first@b.example,,,,,,\n{cells}\nlast@b.example,,,,,,\n")
    (error,) = file.errors
    assert (error.row, error.column) == (3, column)
    assert words in error.sentence
    assert addresses(file) == ["first@b.example", "last@b.example"]
    assert str(error).startswith(f"row 3, {column}: ")


def test_the_same_mailbox_counts_once_in_any_spelling(tmp_path: Path) -> None:
    file = opened(
        tmp_path, "address\nann@bücher.example\nbob@b.example\nANN@xn--bcher-kva.EXAMPLE\nann@BÜCHER.example\n"
    )
    assert file.duplicates == (Duplicate(row=4, first_row=2), Duplicate(row=5, first_row=2))
    assert len(file.rows) == 2


def test_columns_nobody_knows_are_named_and_left_out(tmp_path: Path) -> None:
    file = opened(tmp_path, "Shoe size,address,,Notes\n44,a@b.example,,\x07odd\n")
    assert file.unknown_columns == ("shoe size", "notes")
    assert addresses(file) == ["a@b.example"]


def test_blank_rows_are_passed_over_and_rows_keep_their_spreadsheet_numbers(tmp_path: Path) -> None:
    file = opened(tmp_path, 'address,note\n\n,\na@b.example,"two\nlines"\nb@b.example,\n')
    assert [row.row for row in file.rows] == [4, 5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "first row must name"),
        (b"name,role\nAnn,x\n", "one must be 'address'"),
        (b"a@b.example\n", "one must be 'address'"),
        (b"address,email\na@b.example,b@b.example\n", "two columns mean 'address'"),
        (b"address\na@b.example\n\0", "NUL"),
        (b"PK\x03\x04rest", "spreadsheet"),
        ("address\n".encode("utf-16"), "UTF-16"),
        (b"address\n\x81\xff@b.example\n", "neither UTF-8 nor Windows-1252"),
        (b"address" + b",x" * 100 + b"\n", "more than 100 columns"),
        (b"address\n" + b"a" * (1 << 21), "no end"),
    ],
)
def test_a_file_of_no_use_is_refused_with_its_name_before_any_row(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(tmp_path, content)
    (problem,) = caught.value.problems
    assert words in problem.message
    assert problem.file == str(tmp_path / "people.csv")


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        ImportFile(tmp_path / "absent.csv")


def test_an_unclosed_quote_swallows_no_rows_in_silence(tmp_path: Path) -> None:
    file = opened(tmp_path, 'address,note\na@b.example,"open\nb@b.example,x\n')
    with pytest.raises(InputError, match="stray quote"):
        _ = file.rows


def test_a_letter_after_the_first_block_still_decides_the_encoding(tmp_path: Path) -> None:
    rows = "".join(f"r{number}@b.example,x\n" for number in range(8000))
    file = opened(tmp_path, f"address,name\n{rows}last@b.example,Siân\n", "cp1252")
    assert file.rows[-1].name == "Siân"


def test_a_long_file_with_bare_cr_as_line_ends_is_read(tmp_path: Path) -> None:
    rows = "".join(f"r{number}@b.example\r" for number in range(70_000))
    assert len(rows) > 1 << 20
    assert sum(1 for _ in opened(tmp_path, f"address\r{rows}")) == 70_000


def test_reading_is_a_stream(tmp_path: Path) -> None:
    rows = "".join(f"r{number}@b.example\n" for number in range(1000)) + '"broken'
    first = list(islice(opened(tmp_path, f"address\n{rows}"), 3))
    assert all(isinstance(entry, ImportRow) for entry in first)
