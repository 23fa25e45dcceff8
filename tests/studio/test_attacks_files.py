"""Files that are not what they say: pictures that run or unpack, spreadsheets that reach out, names that lead away."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from furnished import House
from hostile import MARKUP, runs
from openpyxl import Workbook
from PIL import Image

NAMES = (
    "../../../x.png",
    "..\\..\\x.png",
    "x.png\0.svg",
    MARKUP + ".png",
    ".htaccess",
    "issue.yaml",
    "a" * 300,
    "con.png",
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="https://evil.example/x"/></svg>'
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


def drawn(kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (30, 30), "#336699").save(stream, kind)
    return stream.getvalue()


def bomb() -> bytes:
    """A few kilobytes that say 60,000 by 60,000 points."""
    raw = bytearray(drawn())
    raw[16:24] = (60_000).to_bytes(4) * 2
    return bytes(raw)


def spreadsheet(change: Callable[[str, bytes], bytes] = lambda _name, content: content) -> bytes:
    book, stream, changed = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["email", "name"])  # type: ignore[union-attr]
    book.active.append(["ann@example.org", "ENTITY"])  # type: ignore[union-attr]
    book.save(stream)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return changed.getvalue()


def with_entity(doctype: str, entity: str) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        if not name.endswith(("sharedStrings.xml", "sheet1.xml")):
            return content
        return f"{doctype}{content.decode().replace('ENTITY', f'&{entity};')}".encode()

    return change


def unpacks_to(size: int) -> Callable[[str, bytes], bytes]:
    return lambda name, content: b" " * size if name == "xl/sharedStrings.xml" else content


def tree(house: House) -> set[Path]:
    return {path for path in house.workspace.root.rglob("*") if path.suffix != ".lock"}


@pytest.mark.parametrize("raw", [SVG, b"\xef\xbb\xbf" + SVG, bomb(), b"GIF89a<script>", b"%!PS", b"", drawn()[:60]])
def test_fault_86_no_way_in_takes_what_is_no_picture(house: House, browser: Client, raw: bytes) -> None:
    before = tree(house)
    part = "/studio/issues/2025-11/sections/picture"
    for kind in ("image/png", "image/svg+xml"):
        sent = SimpleUploadedFile("photo.png", raw, content_type=kind)
        assert "problem" in browser.post("/studio/issues/2025-11/pictures", {"picture": sent}).json()
        form = {"image.upload": SimpleUploadedFile("photo.png", raw, content_type=kind), "base": "", "do": "save"}
        assert browser.post(part, form).status_code < 500
    assert tree(house) == before


@pytest.mark.parametrize("name", NAMES)
def test_fault_86_a_picture_s_name_leads_nowhere(house: House, browser: Client, name: str) -> None:
    before = tree(house)
    for kind in ("PNG", "GIF"):
        sent = SimpleUploadedFile("x.png", drawn(kind) + SVG, content_type="text/html")
        sent.name = name  # as a browser may send it, past Django's own upload class
        told = browser.post("/studio/issues/2025-11/pictures", {"picture": sent}).json()
        answer = browser.get(told["thumbnail"])
        assert answer["Content-Type"] in ("image/png", "image/jpeg")
        assert "sandbox" in answer["Content-Security-Policy"]
        assert b"<svg" not in answer.content
    new = tree(house) - before
    assert all(path.parent.name == "images" and path.suffix in (".png", ".jpg") for path in new)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(spreadsheet(with_entity(ENTITY, "e")), id="a file of this computer"),
        pytest.param(spreadsheet(with_entity(LAUGHS, "j")), id="a billion laughs"),
        pytest.param(spreadsheet(unpacks_to(60_000_000)), id="it unpacks to much"),
        pytest.param(spreadsheet()[:900], id="cut short"),
        pytest.param(b"PK\x03\x04" + b"\0" * 500, id="no zip"),
    ],
)
def test_fault_84_a_spreadsheet_reaches_for_nothing(house: House, browser: Client, raw: bytes) -> None:
    before = tree(house)
    answer = browser.post("/studio/people/bring", {"file": SimpleUploadedFile("list.xlsx", raw), "body": ""})
    if answer.status_code == 303:
        answer = browser.get(answer["Location"])
    assert "root:" not in answer.content.decode()
    assert answer.status_code in (200, 400)
    assert b"ha" * 500 not in answer.content
    left = tree(house) - before
    assert all(path.parent.name in ("uploads", "data") for path in left), left


def test_a_sound_spreadsheet_is_taken(house: House, browser: Client) -> None:
    sent = {"file": SimpleUploadedFile("list.xlsx", spreadsheet()), "body": ""}
    assert browser.post("/studio/people/bring", sent).status_code == 303
    assert house.workspace.root.is_dir()


def test_what_a_list_holds_is_text_wherever_it_is_shown(house: House, browser: Client) -> None:
    """Headings, cells that can't be read, and the file's own name."""
    rows = f'email,name,"{MARKUP}"\nbroken@@,x,y\nann@example.org,"{MARKUP}",y\n'
    for name in ("list.csv", f"{MARKUP}.csv"):
        sent = SimpleUploadedFile("list.csv", rows.encode())
        sent.name = name
        answer = browser.post("/studio/people/bring", {"file": sent, "body": "imb"})
        pages = [answer, browser.get(answer["Location"])] if answer.status_code == 303 else [answer]
        assert all(runs(page) == [] for page in pages)
    assert house.workspace.root.is_dir()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c calc'!A1", " =1"])
def test_no_cell_that_leaves_is_a_formula(house: House, browser: Client, cell: str) -> None:
    from newsletter.models import Subscriber

    Subscriber.objects.update(name=cell, role=cell, attributes={cell: cell}, tags=[cell])
    for text in _tables(house, browser):
        cells = [each for row in csv.reader(io.StringIO(text, newline="")) for each in row]
        assert not [each for each in cells if each.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert not [each for each in cells if each.strip().startswith("=")]


def _tables(house: House, browser: Client) -> list[str]:
    number = house.parts["mailings"]["number"]
    answers: list[Any] = [browser.post("/studio/people/export")]
    answers += [browser.get(f"/studio/mailings/{path}") for path in (f"{number}/report.csv", "in-a-row.csv")]
    return [answer.content.decode("utf-8-sig") for answer in answers]


def test_what_is_too_large_is_one_sentence(house: House, browser: Client) -> None:
    before = tree(house)
    for path in ("people/bring", "issues/2025-11/pictures", "issues/2025-11/sections/picture", "replies/together"):
        answer = browser.post(f"/studio/{path}", {"file": SimpleUploadedFile("list.csv", b"x" * 12_000_001)})
        assert answer.status_code == 413
        assert "12 megabytes" in answer.content.decode()
    assert tree(house) == before
