"""Defined names that pick a column of a table by the number in a cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from recalc_books import ORDERS, edit, shown, workbook

from clv_xl.hosts.recalc import Evaluator, recalculate
from clv_xl.hosts.recalc.xlsx.loader import load
from clv_xl.hosts.recalc.xlsx.named_columns import names_as_ranges
from clv_xl.package import open_package

NAMES = {
    "Buyers": "INDEX(Orders[],0,Columns!$A$1)",
    "Dates": "INDEX(Orders[],0,Columns!$A$4)",
    "Amounts": "INDEX(Orders[],0,Columns!$A$2)",
    "Numbers": 'IF(Columns!$A$3="",Columns!$A$3,INDEX(Orders[],0,Columns!$A$3))',
}
NUMBERS = {
    "A1": '=IFERROR(MATCH("customer",Orders[#Headers],0),"")',
    "A2": '=IFERROR(MATCH("amount",Orders[#Headers],0),"")',
    "A3": '=IFERROR(MATCH("order",Orders[#Headers],0),"")',
    "A4": 2,
}
REPORT = {
    "A1": "=CLV_CASHFLOWS(Amounts)",
    "A2": "=SUM(Amounts)",
    "A3": '=COUNTIFS(Buyers,"Ann")',
    "A4": "=COUNTA(Numbers)",
    "A5": "=ROWS(RFM_SUMMARY(Buyers,Dates,Amounts))",
}
RIGHT = {"A1": 100, "A2": 100, "A3": 2, "A4": 1, "A5": 4}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    sheets: dict[str, dict[str, Any]] = {"Data": ORDERS, "Columns": NUMBERS, "Report": REPORT}
    tables = {"Orders": ("Data", "A1:C5")}
    return workbook(tmp_path / "book.xlsx", sheets, tables=tables, names=NAMES)


def test_a_name_means_the_column_that_its_number_says(path: Path) -> None:
    recalculate(path)
    assert shown(path, "Report") == RIGHT


def test_numbers_stored_before_the_headings_changed_are_computed_anew(path: Path) -> None:
    recalculate(path)
    swapped = (("amount", "x"), ("customer", "amount"), ("x", "customer"))
    texts = [(f"<t>{old}</t>", f"<t>{new}</t>") for old, new in swapped]
    edit(path, {"xl/worksheets/sheet1.xml": texts})
    recalculate(path)
    assert shown(path, "Columns") == {"A1": 3, "A2": 1, "A4": 2}
    assert shown(path, "Report")["A2"] == 0  # the names of the customers are no numbers


def test_a_formula_typed_elsewhere_reads_the_same_column(path: Path) -> None:
    assert Evaluator(path).evaluate("=SUM(Amounts)") == 100


def test_without_its_column_a_name_is_an_error_never_another_column(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Data"]["C1"] = "weight"
    book.save(path)
    recalculate(path)
    said = shown(path, "Report")
    assert [said[name] for name in ("A1", "A2", "A5")] == ["#VALUE!"] * 3
    assert said["A3"] == 2


def test_an_optional_column_that_is_there_is_read(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    book["Data"]["B1"] = "order"
    book.save(path)
    recalculate(path)
    assert shown(path, "Report")["A4"] == 4


def test_a_book_without_our_functions_is_rewritten_once(tmp_path: Path) -> None:
    sheets: dict[str, dict[str, Any]] = {"S": {"A1": "=_xlfn.SHEETS()"}, "Other": {"A1": 1}}
    path = workbook(tmp_path / "book.xlsx", sheets)
    recalculate(path)
    assert shown(path) == {"A1": 2}


@pytest.mark.parametrize(
    "text", ["INDEX(Nothing[],0,Columns!$A$1)", "INDEX(Orders[],0,Gone!$A$1)", "INDEX(("]
)
def test_a_name_that_picks_of_nothing_stays_as_it_is(path: Path, text: str) -> None:
    content = open_package(path).read("xl/workbook.xml")
    _, book = load(open_package(path))
    name = f'<definedName name="Odd">{text}</definedName></definedNames>'.encode()
    changed, used = names_as_ranges(content.replace(b"</definedNames>", name), book)
    assert text.encode() in changed
    assert {place.row for place in used} == {1, 2, 3, 4}  # those that the other names follow
