"""Sheets that no program can read right: one sentence, and the file as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from package.example_files import repacked
from recalc_books import edit, workbook, xml

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import Evaluator, recalculate
from clv_xl.hosts.recalc.xlsx.formula_scanner import UnusualError
from clv_xl.hosts.recalc.xlsx.held_cells import held_cells
from clv_xl.hosts.recalc.xlsx.sheet_parts import place

SHEET = "xl/worksheets/sheet1.xml"
CELLS = {"A1": "a", "B1": "b", "A2": 1, "B2": 2, "D1": "=CLV(A2,6,5)"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return workbook(tmp_path / "book.xlsx", {"S": CELLS}, tables={"T": ("S", "A1:B2")})


def refused(path: Path, sentence: str) -> None:
    before = path.read_bytes()
    for read in (recalculate, Evaluator):
        with pytest.raises(FileError, match=sentence):
            read(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("strange", ["<rowx/>", '<row r="9"><cx/></row>', "<rows><row/></rows>"])
def test_tags_that_are_neither_rows_nor_cells_beside_a_table(book: Path, strange: str) -> None:
    edit(book, {SHEET: [("<sheetData>", f"<sheetData>{strange}")]})
    refused(book, "a sheet of it is written in a way that cannot be read")


def test_cells_below_a_table_that_cannot_be_told(book: Path) -> None:
    edit(book, {SHEET: [("</sheetData>", '<row r="3"><cx r="A3"/></row></sheetData>')]})
    refused(book, "a sheet of it is written in a way that cannot be read")


def test_what_is_unusual_even_as_usual_is_a_sentence() -> None:
    with pytest.raises(UnusualError, match="Save it again in Excel"):
        held_cells(b"<worksheet><sheetData><rowx/></sheetData></worksheet>", 0)


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


@pytest.mark.parametrize("name", ["", "A", "1", "A1:B2", "Ä1", "A-1"])
def test_a_cell_without_a_proper_name(name: str) -> None:
    with pytest.raises(FileError, match="no proper name"):
        place(name)


def test_a_sheet_without_rows_holds_nothing() -> None:
    assert held_cells(b"<worksheet><sheetData /></worksheet>", 0) == {}


def test_a_part_that_lacks_leaves_its_sheet_without_formulas(book: Path) -> None:
    other = xml(book).encode()
    repacked(book, **{"xl/worksheets/sheet9.xml": other})
    assert recalculate(book).formulas == 1
