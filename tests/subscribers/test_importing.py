"""Import files as offices really save them."""

from itertools import islice
from pathlib import Path

import pytest

from newsletter.content.bodies import Bodies, Body
from newsletter.errors import InputError
from newsletter.subscribers.importing import ImportFile, ImportRow
from newsletter.subscribers.pasted import Pasted

BODIES = Bodies(
    [Body(id=f"{side}-watch", name=f"{side} Watch", short="Watch", nation="england") for side in ("north", "south")]
)


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
    assert (file.errors, file.columns.unknown) == ((), ())


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encoding_delimiter_and_line_ends_are_found_out(
    tmp_path: Path, delimiter: str, encoding: str, ending: str
) -> None:
    lines = [["address", "name"], ["sian@body.example", "Siân Günther"], ["bob@body.example", '"B, ;o|x"']]
    file = opened(tmp_path, ending.join(delimiter.join(line) for line in lines), encoding)
    assert [row.name for row in file.rows] == ["Siân Günther", "B, ;o|x"]


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
    ((row, ((where, sentence),)),) = file.errors
    assert (row, where) == (3, column)
    assert words in sentence
    assert addresses(file) == ["first@b.example", "last@b.example"]


def test_each_bad_cell_of_a_row_has_its_sentence(tmp_path: Path) -> None:
    (error,) = opened(tmp_path, "address,nation,body\nann,atlantis,nowhere\n").errors
    assert [column for column, _sentence in error.cells] == ["address", "nation", "body"]
    assert error.why.startswith("address: The address is incomplete; write it as name@example.org.; nation: ")


@pytest.mark.parametrize(
    ("heading", "meaning", "cell", "read"),
    [
        ("Staff name", "name", "Ann Other", "Ann Other"),
        ("Member’s organisation", "body", "HM Inspectorate of Prisons", "hmip"),
        ("Work body", "body", "her majesty's inspectorate of prisons (HMIP)", "hmip"),
        ("Your body", "body", "The Care & Quality Commission", "quality-board"),
        ("Nation", "nation", "N. Ireland", "northern-ireland"),
        ("Nation", "nation", "Cymru", "wales"),
        ("Language", "language", "Welsh", "cy"),
        ("Preferred language", "language", "cymraeg ", "cy"),
        ("Language", "language", "en_GB", "en-GB"),
    ],
)
def test_words_are_read_as_offices_write_them(heading: str, meaning: str, cell: str, read: str, tmp_path: Path) -> None:
    register = Bodies(
        [
            Body(id="hmip", name="His Majesty’s Inspectorate of Prisons", short="HMIP", nation="england"),
            Body(id="quality-board", name="Care and Quality Commission", nation="england"),
        ]
    )
    path = tmp_path / "people.csv"
    path.write_text(f"Email,{heading}\na@b.example,{cell}\n", encoding="utf-8")
    (row,) = ImportFile(path, bodies=register).rows
    assert getattr(row, meaning) == read


def test_the_plainer_of_two_headings_is_believed(tmp_path: Path) -> None:
    file = opened(tmp_path, "Email,Contact email,Name,Staff name\na@b.example,c@d.example,Ann,Bob\n")
    assert [(row.address.typed, row.name) for row in file.rows] == [("a@b.example", "Ann")]
    assert file.columns.unknown == ("Contact email", "Staff name")


def test_columns_nobody_knows_are_named_and_left_out(tmp_path: Path) -> None:
    file = opened(tmp_path, "Shoe size,address,,Notes\n44,a@b.example,,\x07odd\n")
    assert file.columns.unknown == ("Shoe size", "Notes")
    assert addresses(file) == ["a@b.example"]


def test_blank_rows_are_passed_over_and_rows_keep_their_spreadsheet_numbers(tmp_path: Path) -> None:
    file = opened(tmp_path, 'address,note\n\n,\na@b.example,"two\nlines"\nb@b.example,\n')
    assert [row.row for row in file.rows] == [4, 5]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column holds e-mail addresses"),
        (b"name,role\nAnn,x\n", "no column holds e-mail addresses"),
        (b"address,Mail 1,email\na@b.example,,b@b.example\n", "'address' and 'email' both mean address"),
        (b"address\na@b.example\n\0", "NUL"),
        (b"PK\x03\x04rest", "cut or damaged"),
        (b"\xd0\xcf\x11\xe0rest", "before 2007"),
        (b"%PDF-1.7", "PDF"),
        (
            "name\nSi\u00e2n\n".encode() + "Si\u00e2n\n".encode("cp1252"),
            "UTF-8 (line 2) and others as Windows-1252 (line 3)",
        ),
        (b"address\n\x81\xff@b.example\n", "neither UTF-8 nor Windows-1252"),
        (b"address" + b",x" * 100 + b"\n", "more than 100 columns"),
        (b"address\n" + b"a" * (1 << 21), "more than a million letters"),
    ],
)
def test_a_file_of_no_use_is_refused_with_its_name_before_any_row(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(tmp_path, content)
    (problem,) = caught.value.problems
    assert words in problem.message
    assert problem.file.endswith("people.csv")


def test_a_file_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        ImportFile(tmp_path / "absent.csv")


def test_an_unclosed_quote_swallows_no_rows_in_silence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stray quote"):
        opened(tmp_path, 'address,note\na@b.example,"open\nb@b.example,x\n')
    late = opened(tmp_path, "address\n" + "a@b.example\n" * 40 + '"open\nb@b.example\n')
    with pytest.raises(InputError, match="stray quote"):
        _ = late.rows


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


def test_a_file_without_headings_is_read_by_what_stands_in_it(tmp_path: Path) -> None:
    file = opened(tmp_path, "Ann Other;Wales;ann@b.example;north-watch\n;;bob@b.example;\n")
    assert file.columns.meanings == ("", "nation", "address", "body")
    assert [(row.row, row.nation, row.body) for row in file.rows] == [(1, "wales", "north-watch"), (2, "", "")]


def test_addresses_alone_are_a_list_too(tmp_path: Path) -> None:
    assert addresses(opened(tmp_path, "ann@b.example\nAnn Other <bob@b.example>\n")) == [
        "ann@b.example",
        "bob@b.example",
    ]


def test_a_body_is_known_by_its_names_unless_two_share_one(tmp_path: Path) -> None:
    file = opened(tmp_path, "email,member body\na@b.example,North  watch\nb@b.example,SOUTH-WATCH\nc@b.example,Watch\n")
    assert [row.body for row in file.rows] == ["north-watch", "south-watch"]
    assert [error.row for error in file.errors] == [4]


def test_titles_above_the_headings_are_passed_over(tmp_path: Path) -> None:
    file = opened(tmp_path, "Staff list\nas of June,,\n\nE-Mail Address,First name,Surname\nann@b.example,Ann,Other\n")
    assert [(row.row, row.name) for row in file.rows] == [(5, "Ann Other")]


def test_a_column_means_what_somebody_says(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Mail 1,Mail 2,Shoe size,Name\na@b.example,b@b.example,44,X\nc@b.example,d@b.example,,Y\n")
    choice = {"mail 2": "address", "3": "attribute:shoe-size", "Name": "-"}
    rows = ImportFile(path, columns=choice).rows
    assert [(row.address.typed, row.name, row.attributes) for row in rows] == [
        ("b@b.example", "", (("shoe-size", "44"),)),
        ("d@b.example", "", ()),
    ]


@pytest.mark.parametrize(
    ("choice", "words"),
    [({"Age": "name"}, "no column 'Age'"), ({"9": "name"}, "from 1 to 2"), ({"Name": "shoe"}, "can't mean 'shoe'")],
)
def test_a_choice_of_columns_that_makes_no_sense_is_told(tmp_path: Path, choice: dict[str, str], words: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Mail,Name\na@b.example,X\n")
    with pytest.raises(InputError, match=words):
        ImportFile(path, columns=choice)


def test_pasted_addresses_are_found_one_by_one() -> None:
    text = '"Other, Ann" <ann@b.example>; bob@b.example,\r\n  Cat <cat@b.example>\n\n"broken; dan@b.example'
    file = ImportFile(Pasted(text))
    found = [(row.row, row.address.typed, row.name) for row in file.rows]
    assert found == [
        (1, "ann@b.example", "Other, Ann"),
        (2, "bob@b.example", ""),
        (3, "cat@b.example", "Cat"),
        (5, "dan@b.example", ""),
    ]
    assert [error.row for error in file.errors] == [4]


def test_a_domain_that_pretends_to_be_another_stays_out(tmp_path: Path) -> None:
    rows = "a@\u0430pple.example\na@xn--pple-43d.example\na@\u0440\u0430\u0443\u0440\u0430\u04cf.example\n"
    genuine = "a@b\u00fccher.example\na@\u043f\u0440\u0438\u043c\u0435\u0440.example\na@\u4f8b\u3048.example\n"
    file = opened(tmp_path, f"address\n{rows}{genuine}")
    assert [error.row for error in file.errors] == [2, 3, 4]
    assert "alphabets" in file.errors[0].why
    assert len(file.rows) == 3


def test_a_formula_is_text_and_loses_the_apostrophe_of_an_export(tmp_path: Path) -> None:
    file = opened(tmp_path, "address,name\n'-ann@b.example,'=HYPERLINK(1)\nbob@b.example,'Tis\n")
    assert [(row.address.typed, row.name) for row in file.rows] == [
        ("-ann@b.example", "=HYPERLINK(1)"),
        ("bob@b.example", "'Tis"),
    ]
