"""Sheets that no program can read right: one sentence, and the file as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from package.example_files import repacked
from recalc_books import edit, shown, workbook, xml

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import Evaluator, recalculate
from clv_xl.hosts.recalc.xlsx.formula_scanner import place

SHEET = "xl/worksheets/sheet1.xml"
CELLS = {"A1": "a", "B1": "b", "A2": 1, "B2": 2, "D1": "=CLV(A2,6,5)"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path / "book.xlsx", {"S": CELLS}, tables={"T": ("S", "A1:B2")})


def refused(path: Path, sentence: str, *readers: Callable[[Path], object]) -> None:
    before = path.read_bytes()
    for read in readers or (recalculate, Evaluator):
        with pytest.raises(FileError, match=sentence):
            read(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("before", "strange"),
    [
        ("<sheetData>", "<sheetData><rowx/>"),
        ("<sheetData>", "<sheetData><rows><row/></rows>"),
        ("</sheetData>", '<row r="9"><cx/></row></sheetData>'),
        ("</sheetData>", '<row r="3"><cx r="A3"/></row></sheetData>'),
    ],
)
def test_tags_that_are_neither_rows_nor_cells_hold_nothing(
    book: Path, before: str, strange: str
) -> None:
    edit(book, {SHEET: [(before, strange)]})
    recalculate(book)
    assert shown(book)["D1"] == 30
    assert strange in xml(book)


def test_rows_out_of_order_below_a_table(book: Path) -> None:
    edit(book, {SHEET: [("<sheetData>", '<sheetData><row r="9"><c r="A9"><v>1</v></c></row>')]})
    refused(book, "out of order", recalculate)


@pytest.mark.parametrize("reference", ["", "#REF!", "A1:XFE9"])
def test_the_range_of_an_array_formula_that_is_none(tmp_path: Path, reference: str) -> None:
    path = workbook(tmp_path / "book.xlsx", {"S": {"A1": ("{=CLV(1,2,3)}", "A1:A2")}})
    edit(path, {SHEET: [('ref="A1:A2"', f'ref="{reference or " "}"')]})
    refused(path, "the range of a formula has no proper name")


@pytest.mark.parametrize("reference", [" ", "#REF!", "A1:XFE9"])
def test_the_range_of_a_table_that_is_none(book: Path, reference: str) -> None:
    edit(book, {"xl/tables/table1.xml": [('ref="A1:B2"', f'ref="{reference}"')]})
    refused(book, "the range of a table has no proper name")


def test_two_sheets_that_are_one_part(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"S": CELLS, "T": CELLS})
    links = [("/xl/worksheets/sheet2.xml", "/xl/worksheets/sheet1.xml")]
    edit(path, {"xl/_rels/workbook.xml.rels": links})
    refused(path, "two of its sheets are one")


@pytest.mark.parametrize("element", ["<f><f>2+1</f></f>", "<f>CLV(1,2,3)</f><v><v>1</v></v>"])
def test_a_formula_or_a_value_that_holds_an_element(book: Path, element: str) -> None:
    cell = f'<row r="9" spans="1:1"><!-- c --><c r="A9">{element}</c></row></sheetData>'
    edit(book, {SHEET: [("</sheetData>", cell)]})
    refused(book, "a part of it is not well-formed")


@pytest.mark.parametrize("name", ["", "A", "1", "A1:B2", "Ä1", "A-1"])
def test_a_cell_without_a_proper_name(name: str) -> None:
    with pytest.raises(FileError, match="no proper name"):
        place(name)


def test_a_part_that_lacks_leaves_its_sheet_without_formulas(book: Path) -> None:
    other = xml(book).encode()
    repacked(book, **{"xl/worksheets/sheet9.xml": other})
    assert recalculate(book).formulas == 1


def test_the_sentence_names_the_sheet_of_a_table(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "b.xlsx", {"S": {"A1": 1}, "Takings": CELLS}, tables={"T": ("Takings", "A1:B2")}
    )
    edit(path, {"xl/worksheets/sheet2.xml": [('<row r="2"', "<row r='1'")]})
    refused(path, "Sheet 'Takings' has rows or cells out of order or twice")
