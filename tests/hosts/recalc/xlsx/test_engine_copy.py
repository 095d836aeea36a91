"""Books with comments, which the engine cannot read from every place where they may lie."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table
from recalc_books import cell_xml, edit, shown, workbook, xml

import clv_xl.refresh
from clv_xl.hosts.libreoffice import save_as
from clv_xl.hosts.libreoffice.office import Office
from clv_xl.hosts.recalc import recalculate
from clv_xl.hosts.recalc.xlsx import engine_copy


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Tables of orders and customers, with comments on a heading and on a formula."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in {
        "Orders": [("customer", "date", "amount"), ("Ann", 45292, 10), ("Ben", 45293, 20)],
        "Customers": [("customer",), ("Ann",), ("Ben",)],
    }.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.add_table(Table(displayName=title, ref=sheet.dimensions))
    made["Orders"]["E1"] = "=CLV(SUM(Orders[amount]),2,1)"
    for name in ("A1", "E1"):
        made["Orders"][name].comment = Comment("Ask Eve.", "Ann")
    made.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def comments(path: Path) -> dict[str, str]:
    cells = openpyxl.load_workbook(path)["Orders"].iter_rows()
    return {cell.coordinate: cell.comment.text for row in cells for cell in row if cell.comment}


def is_computed_and_keeps_its_comments(path: Path) -> None:
    before = comments(path)
    assert set(before) == {"A1", "E1"}
    recalculate(path)
    assert shown(path, "Orders")["E1"] == 60
    new = {"customer": ["Eve"], "date": [45300], "amount": [5.0]}
    clv_xl.refresh(path, orders=new, add=True)
    assert shown(path, "Orders")["E1"] == 70
    assert comments(path) == before


def test_a_book_of_openpyxl_with_comments_is_recalculated_and_refreshed(book: Path) -> None:
    with zipfile.ZipFile(book) as package:
        assert b'"/xl/comments' in package.read("xl/worksheets/_rels/sheet1.xml.rels")
    is_computed_and_keeps_its_comments(book)


@pytest.mark.libreoffice
def test_a_book_of_libreoffice_with_comments_is_recalculated_and_refreshed(
    book: Path, tmp_path: Path, office: Office
) -> None:
    saved = tmp_path / "saved.xlsx"
    save_as(book, saved, office=office)
    is_computed_and_keeps_its_comments(saved)


def test_a_merged_sheet_is_computed_from_the_values_that_the_file_has(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"S": {"A1": 1, "B2": 2, "C1": "=SUM(A1:B2)"}})
    merge = '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    edit(path, {"xl/worksheets/sheet1.xml": [("</sheetData>", merge)]})
    recalculate(path)
    assert "<v>3</v>" in cell_xml(path, "C1")  # openpyxl would make a cell of each merged one
    assert merge in xml(path)


def test_texts_that_no_cell_shows_are_left_out_where_there_are_very_many() -> None:
    texts = [f"<si><t>text {number:09}</t></si>" for number in range(200_000)]
    texts[5] = "<si><r><t>shown</t></r></si>"
    parts = {
        "xl/sharedStrings.xml": f"<sst>{''.join(texts)}</sst>".encode(),
        "xl/worksheets/sheet1.xml": b'<c r="A1" s="1" t="s"><v>5</v></c>',
    }
    engine_copy._leave_out_strings(parts)
    left = "<si/>" * 5 + texts[5]
    assert parts["xl/sharedStrings.xml"] == f"<sst>{left}</sst>".encode()


@pytest.mark.parametrize(
    "cell",
    [
        b'<x:c r="A1" t="s"><x:v>5</x:v></x:c>',
        b"<c r='A1' t='s'><v>5</v></c>",
        b'<c r="A1" t="s"><f/><v>5</v></c>',
    ],
)
def test_no_text_is_left_out_where_a_sheet_is_written_otherwise(cell: bytes) -> None:
    texts = b"".join(b"<si><t>text %09d</t></si>" % number for number in range(200_000))
    parts = {"xl/sharedStrings.xml": texts, "xl/worksheets/sheet1.xml": cell}
    engine_copy._leave_out_strings(parts)
    assert parts["xl/sharedStrings.xml"] == texts
