"""Texts with escaped characters mean the same wherever they stand."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from package.example_files import SHEET, repacked
from recalc_books import cell_xml, edit, shown, workbook, xml

import clv_xl
from clv_xl.hosts.recalc import Evaluator, recalculate

RUNS = "<r><t>a_x000D_\n</t></r><r><rPr><b/></rPr><t>b</t></r>"


def inline(name: str, text: str) -> str:
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


def book(path: Path, cells: dict[str, Any], written: dict[str, str]) -> Path:
    """A workbook, some of whose cells are written as said."""
    workbook(path, {"Sheet": cells | dict.fromkeys(written, 5)})
    changes = [(cell_xml(path, name), xml) for name, xml in written.items()]
    return edit(path, {SHEET: changes})


@pytest.mark.parametrize(
    "written",
    [
        inline("A1", "a_x000D_\nb"),
        inline("A1", "a_x000d_\nb"),
        f'<c r="A1" t="inlineStr"><is>{RUNS}</is></c>',
        '<c r="A1" t="str"><v>a_x000D_\nb</v></c>',
        '<c r="A1" t="str"><f>"a"&amp;CHAR(13)&amp;CHAR(10)&amp;"b"</f><v>a_x000D_\nb</v></c>',
    ],
)
def test_an_escaped_return_is_one_character(tmp_path: Path, written: str) -> None:
    formulas = {"B1": "=LEN(A1)", "B2": "=A1", "B3": '=CLV(LEN(A1),1,1)&SUBSTITUTE(A1,"a","c")'}
    path = book(tmp_path / "book.xlsx", formulas, {"A1": written})
    recalculate(path)
    assert "<v>4</v>" in cell_xml(path, "B1")
    assert ">a_x000D_\nb</v>" in cell_xml(path, "B2").replace("&#13;", "_x000D_")
    assert ">4c_x000D_\nb</v>" in cell_xml(path, "B3").replace("&#13;", "_x000D_")
    if "<is>" in written:
        assert written in xml(path)
    assert recalculate(path).changed == 0


def test_names_in_tables_of_functions_are_what_the_cells_show(tmp_path: Path) -> None:
    cells = {"A1": "customer", "B1": "date", "C1": "amount", "B2": 45000, "C2": 10}
    cells |= {"E1": "~=RFM_SUMMARY(A2:A2,B2:B2,C2:C2)"}
    path = book(tmp_path / "book.xlsx", cells, {"A2": inline("A2", "_x005F_x0041_ _x0042_")})
    recalculate(path)
    assert ">_x005F_x0041_ B</v>" in cell_xml(path, "E2")


def test_a_heading_with_a_line_break_names_its_column(tmp_path: Path) -> None:
    cells = {"A1": "amount\n(EUR)", "A2": 5, "A3": 6, "C1": "=SUM(T[amount\n(EUR)])"}
    cells |= {"C2": "=CLV_CASHFLOWS(T[amount\n(EUR)])"}
    path = workbook(tmp_path / "book.xlsx", {"Sheet": cells}, tables={"T": ("Sheet", "A1:A3")})
    with zipfile.ZipFile(path) as opened:
        assert b"amount_x000a_(EUR)" in opened.read("xl/tables/table1.xml")
    assert recalculate(path).complete
    assert [shown(path)[name] for name in ("C1", "C2")] == [11, 11]


def test_headings_beside_a_table_are_written_as_excel_does(tmp_path: Path) -> None:
    cells = {"A1": "a", "B1": "b\nc", "A2": 1, "B2": 2}
    path = workbook(tmp_path / "book.xlsx", {"Sheet": cells}, tables={"T": ("Sheet", "A1:A2")})
    assert recalculate(path).growth[0].added
    with zipfile.ZipFile(path) as opened:
        assert b'name="b_x000a_c"' in opened.read("xl/tables/table1.xml")


def test_evaluated_formulas_see_the_character(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {}, {"A1": inline("A1", "a_x000D_b")})
    assert Evaluator(path).evaluate("=LEN(A1)") == 3


def test_refresh_knows_escaped_names_and_writes_what_looks_like_an_escape(tmp_path: Path) -> None:
    cells = {"A1": "customer", "B1": "date", "C1": "amount", "B2": 45000, "C2": 10}
    path = book(tmp_path / "book.xlsx", cells, {"A2": inline("A2", "Ann_x000D_\nBee")})
    path = with_tables(path)
    rows = {"customer": ["Ann\r\nBee", "_x0041_"], "date": ["2023-03-15"] * 2, "amount": [10, 11]}
    report = clv_xl.refresh(path, orders=rows, add=True)
    assert report.tables[0].added == 1
    assert "<t>_x005F_x0041_</t>" in cell_xml(path, "A3")


def with_tables(path: Path) -> Path:
    """The book with table Orders over A1:C2 and an empty table of customers, beside."""
    import openpyxl
    from openpyxl.worksheet.table import Table

    text = cell_xml(path, "A2")
    loaded = openpyxl.load_workbook(path)
    sheet = loaded.active
    sheet["F1"], sheet["F2"] = "customer", "Ann"
    sheet.add_table(Table(displayName="Orders", ref="A1:C2"))
    sheet.add_table(Table(displayName="Customers", ref="F1:F2"))
    loaded.save(path)
    return repacked(path, **{SHEET: xml(path).replace(cell_xml(path, "A2"), text).encode()})
